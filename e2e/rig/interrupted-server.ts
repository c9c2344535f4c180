/** A way to the API server that can be cut: what its clients see is a server that is away. */
import { services } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface InterruptedServer {
  /** Port beside the usual one of Service `kubernetes`, at the same address. */
  readonly port: number
  /** Connections that are open through it. */
  readonly open: () => number
  /** Breaks every connection, and refuses new ones. */
  cut(): Promise<void>
  mend(): Promise<void>
  close(): Promise<void>
}

/** Opens the way at the ClusterIP of Service `kubernetes`, which the server's certificate names. */
export async function interruptedServer(
  client: KubeClient,
  apiServer: { readonly host: string; readonly port: number }
): Promise<InterruptedServer> {
  const { spec } = await client.get(services, { namespace: 'default', name: 'kubernetes' })
  const host = spec?.clusterIP ?? ''
  const sockets = new Set<Socket>()
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket)
    // Its end ends the other half too: there is nothing else to tell.
    socket.on('error', () => other.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroy()
    })
  }
  const serve = (): Server =>
    createServer((down) => {
      const up = connect(apiServer)
      keep(down, up)
      keep(up, down)
      down.pipe(up)
      up.pipe(down)
    })
  const listen = (server: Server, port: number): Promise<void> =>
    new Promise((resolve, reject) => server.once('error', reject).listen(port, host, () => resolve()))
  const end = (server: Server): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  let server: Server | undefined = serve()
  await listen(server, 0)
  const { port } = server.address() as { port: number }
  const cut = async (): Promise<void> => {
    if (server !== undefined) await end(server)
    server = undefined
  }
  return {
    port,
    open: () => sockets.size,
    cut,
    mend: async () => {
      server = serve()
      await listen(server, port)
    },
    close: cut
  }
}
