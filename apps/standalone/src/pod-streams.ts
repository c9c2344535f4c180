/** The node agent's streams in the form in which the API server asks for them. */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { ExecStreams, PodStreams as ServerStreams } from '@knative-ts/apiserver'
import { ApiError } from '@knative-ts/kube'
import { StreamError, type AttachSession, type ExecSession, type PodStreams as NodeStreams } from '@knative-ts/kubelet'

/** Joins the two. */
export function podStreamsOf(node: NodeStreams): ServerStreams {
  return {
    logs: ({ namespace, name }, container, options) => asStatus(() => node.logs(namespace, name, container, options)),
    obstacle: ({ namespace, name }, container, attach) => node.obstacle(namespace, name, container, attach),
    exec: async ({ namespace, name }, container, command, options, streams) => {
      const session = asStatus(() => node.exec(namespace, name, container, command, options))
      return { exitCode: await carry(session, streams) }
    },
    attach: async ({ namespace, name }, container, options, streams) => {
      const session = asStatus(() => node.attach(namespace, name, container, streams.signal))
      await join(session, options.stdin, streams)
    },
    portForward: async ({ namespace, name }, port) => {
      const socket = await node.portForward(namespace, name, port)
      return {
        // Each half ends on its own.
        output: socket.iterator({ destroyOnReturn: false }),
        write: (bytes) => write(socket, bytes),
        end: () => void socket.end(),
        destroy: () => void socket.destroy()
      }
    }
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
  if (streams.signal.aborted) session.kill()
  streams.signal.addEventListener('abort', () => session.kill(), { once: true })
  if (session.stdin !== undefined) void feed(session.stdin, streams, true)
  void follow(streams, session)
  const [exitCode] = await Promise.all([session.exitCode, pump(session.stdout, streams.stdout), pump(session.stderr, streams.stderr)])
  return exitCode
}

/** Until the container ends or the client goes. */
async function join(session: AttachSession, takesInput: boolean, streams: ExecStreams): Promise<void> {
  if (takesInput && session.stdin !== undefined) void feed(session.stdin, streams, session.endsInput)
  void follow(streams, session)
  for await (const bytes of session.output) await streams.stdout(bytes)
}

/** Carries a client's input; with `ends` its end is the program's. */
async function feed(stdin: Writable, streams: ExecStreams, ends: boolean): Promise<void> {
  // The program may end before it has read everything.
  stdin.on('error', () => undefined)
  for await (const bytes of streams.input) {
    if (stdin.destroyed || stdin.writableEnded) return
    await write(stdin, bytes)
  }
  if (ends) stdin.end()
}

async function follow(streams: ExecStreams, terminal: { resize(columns: number, rows: number): void }): Promise<void> {
  for await (const { width, height } of streams.resizes) terminal.resize(width, height)
}

/** Resolves when more is welcome, or the other side has gone. */
async function write(to: Writable, bytes: Uint8Array): Promise<void> {
  if (to.destroyed || to.writableEnded || to.write(bytes)) return
  const decided = new AbortController()
  const { signal } = decided
  // An error ends the stream, which is told where it is read.
  await Promise.race([once(to, 'drain', { signal }), once(to, 'close', { signal })].map((each) => each.catch(() => undefined)))
  decided.abort()
}

async function pump(from: Readable | undefined, to: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  for await (const bytes of from ?? []) await to(bytes as Uint8Array)
}
