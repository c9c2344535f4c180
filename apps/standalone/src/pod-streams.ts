/** The node agent's streams in the form in which the API server asks for them. */
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { once } from 'node:events'
import { pods } from '@knative-ts/api/kubernetes'
import type { ExecStreams, PodName, PodStreams as ServerStreams, PortStream } from '@knative-ts/apiserver'
import { ApiError, type KubeClient } from '@knative-ts/kube'
import { StreamError, type ExecSession, type PodStreams as NodeStreams } from '@knative-ts/kubelet'

/** Joins the two. Pods' ports are reached at their address, which this process can reach in both network modes. */
export function podStreamsOf(node: NodeStreams, client: KubeClient): ServerStreams {
  return {
    logs: ({ namespace, name }, container, options) => asStatus(() => node.logs(namespace, name, container, options)),
    exec: async ({ namespace, name }, container, command, options, streams) => {
      const session = asStatus(() => node.exec(namespace, name, container, command, options))
      return { exitCode: await carry(session, streams) }
    },
    attach: async (pod, container, _options, streams) => {
      // A container's process has no terminal of ours: what it says is followed, what is typed is not taken.
      const said = asStatus(() => node.logs(pod.namespace, pod.name, container, { follow: true, tailLines: 0, signal: streams.signal }))
      for await (const bytes of said) await streams.stdout(bytes)
    },
    portForward: (pod, port) => openPort(client, pod, port)
  }
}

function asStatus<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (!(error instanceof StreamError)) throw error
    const reason = error.code === 404 ? 'NotFound' : 'BadRequest'
    throw new ApiError({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: error.message,
      reason,
      code: error.code
    })
  }
}

async function carry(session: ExecSession, streams: ExecStreams): Promise<number> {
  streams.signal.addEventListener('abort', () => session.kill(), { once: true })
  void feed(session, streams)
  const [exitCode] = await Promise.all([session.exitCode, pump(session.stdout, streams.stdout), pump(session.stderr, streams.stderr)])
  return exitCode
}

async function feed({ stdin }: ExecSession, streams: ExecStreams): Promise<void> {
  if (stdin === undefined) return
  // The command may end before it has read everything.
  stdin.on('error', () => undefined)
  for await (const bytes of streams.input) {
    if (stdin.destroyed) return
    if (!stdin.write(bytes)) await Promise.race([once(stdin, 'drain'), once(stdin, 'close')])
  }
  stdin.end()
}

async function pump(from: Readable | undefined, to: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  for await (const bytes of from ?? []) await to(bytes as Uint8Array)
}

async function openPort(client: KubeClient, { namespace, name }: PodName, port: number): Promise<PortStream> {
  const address = (await client.get(pods, { namespace, name })).status?.podIP
  if (address === undefined) throw new Error(`pod ${namespace}/${name} has no address yet`)
  const socket = connect({ host: address, port })
  await once(socket, 'connect')
  return {
    output: socket,
    write: async (bytes) => {
      if (!socket.write(bytes)) await once(socket, 'drain')
    },
    end: () => void socket.end()
  }
}
