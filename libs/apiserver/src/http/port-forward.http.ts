/**
 * pods/portforward over WebSocket with `v4.channel.k8s.io`: a data and an error channel a port. kubectl's SPDY tunnel is refused with a
 * sentence: pods have addresses that the host reaches, so a tunnel is a convenience.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { PodName, PodStreams, PortStream } from '../requests/pod-streams.ts'
import { badRequest } from './errors.ts'

const PROTOCOL = 'v4.channel.k8s.io'
const server = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false) })

/** The ports asked for. Throws 400. */
export function portsOf(query: URLSearchParams, protocols: string | undefined): number[] {
  if (protocols?.includes(PROTOCOL) !== true) {
    throw badRequest(`port forwarding is served as ${PROTOCOL} only: use the pod's address (kubectl get pod -o wide) instead`)
  }
  const ports = query
    .getAll('ports')
    .flatMap((text) => text.split(','))
    .map(Number)
  if (ports.length === 0 || ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535))
    throw badRequest('query parameter "ports" must name ports between 1 and 65535')
  return ports
}

/** Upgrades and pipes each port. */
export function servePortForward(
  streams: PodStreams,
  pod: PodName,
  ports: readonly number[],
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer
): void {
  server.handleUpgrade(request, socket, head, (client) => {
    client.on('error', () => client.terminate())
    const open = new Map<number, Promise<PortStream>>()
    client.on('message', (data: Buffer) => {
      const channel = (data[0] ?? 0) >> 1
      open
        .get(channel)
        ?.then((stream) => stream.write(data.subarray(1)))
        .catch(() => client.terminate())
    })
    client.on('close', () => {
      // A stream that never opened needs no end.
      for (const stream of open.values()) stream.then((one) => one.end()).catch(() => undefined)
    })
    ports.forEach((port, index) => {
      const name = Buffer.from([index * 2, port & 255, port >> 8])
      client.send(name)
      client.send(Buffer.from([index * 2 + 1, port & 255, port >> 8]))
      const stream = streams.portForward(pod, port)
      open.set(index, stream)
      pump(client, index, stream).catch((error: unknown) =>
        client.send(Buffer.concat([Buffer.from([index * 2 + 1]), Buffer.from(String(error))]))
      )
    })
  })
}

async function pump(client: WebSocket, index: number, opening: Promise<PortStream>): Promise<void> {
  const stream = await opening
  for await (const bytes of stream.output) {
    if (client.readyState !== WebSocket.OPEN) return
    client.send(Buffer.concat([Buffer.from([index * 2]), bytes]))
  }
  client.close(1000)
}
