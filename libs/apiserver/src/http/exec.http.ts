/** pods/exec and pods/attach over WebSocket: `v5.channel.k8s.io` and `v4.channel.k8s.io`. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type * as k8s from '@knative-ts/api/kubernetes'
import { WebSocket, WebSocketServer } from 'ws'
import { containerOf } from '../requests/pod-container.ts'
import type { ExecOptions, ExecStreams, PodStreams } from '../requests/pod-streams.ts'
import { badRequest } from './errors.ts'
import { ByteQueue } from './byte-queue.ts'
import { booleanOf } from './query.ts'

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
/** A client that does not read holds up its command, not the server's memory. */
const BACKLOG_BYTES = 1024 * 1024

const server = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false
})

/** What is run where, checked before the upgrade is answered. */
export interface ExecPlan {
  readonly pod: { readonly namespace: string; readonly name: string }
  readonly container: string
  /** undefined: attach. */
  readonly command: readonly string[] | undefined
  readonly options: ExecOptions
  readonly streams: PodStreams
}

/** Throws 400 for what cannot be run. */
export function execPlanOf(streams: PodStreams | undefined, pod: k8s.Pod, query: URLSearchParams, attach: boolean): ExecPlan {
  const command = query.getAll('command')
  if (!attach && command.length === 0) throw badRequest('you must specify at least one command for the container')
  const options = {
    stdin: booleanOf(query, 'stdin'),
    stdout: booleanOf(query, 'stdout'),
    stderr: booleanOf(query, 'stderr'),
    tty: booleanOf(query, 'tty')
  }
  if (!options.stdin && !options.stdout && !options.stderr) throw badRequest('you must specify at least one of stdin, stdout, stderr')
  const container = containerOf(pod, query.get('container') ?? '')
  const { name = '', namespace = '' } = pod.metadata
  if (!pod.spec?.nodeName) throw badRequest(`pod ${name} does not have a host assigned`)
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') {
    throw badRequest(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`)
  }
  if (streams === undefined) throw badRequest(`no node agent serves node ${pod.spec.nodeName}`)
  return { pod: { namespace, name }, container, command: attach ? undefined : command, options, streams }
}

/** Upgrades and runs. */
export function serveExec(plan: ExecPlan, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  server.handleUpgrade(request, socket, head, (client) => {
    run(plan, client).catch((error: unknown) => client.close(1011, String(error).slice(0, 120)))
  })
}

async function run(plan: ExecPlan, client: WebSocket): Promise<void> {
  const aborting = new AbortController()
  const input = new ByteQueue<Uint8Array>()
  const resizes = new ByteQueue<{ width: number; height: number }>()
  client.on('message', (data: Buffer) => receive(data, input, resizes))
  client.on('error', () => client.terminate())
  client.on('close', () => {
    aborting.abort()
    input.end()
    resizes.end()
  })
  const streams: ExecStreams = {
    input,
    resizes,
    signal: aborting.signal,
    stdout: (bytes) => write(client, CHANNEL.stdout, bytes),
    stderr: (bytes) => write(client, CHANNEL.stderr, bytes)
  }
  // Clients wait for the first message of each output before they start to write.
  if (plan.options.stdout) await write(client, CHANNEL.stdout, new Uint8Array())
  if (plan.options.stderr && !plan.options.tty) await write(client, CHANNEL.stderr, new Uint8Array())
  await write(client, CHANNEL.error, Buffer.from(JSON.stringify(await outcome(plan, streams))))
  client.close(1000)
}

async function outcome(plan: ExecPlan, streams: ExecStreams): Promise<object> {
  const success = { metadata: {}, status: 'Success' }
  try {
    if (plan.command === undefined) {
      await plan.streams.attach(plan.pod, plan.container, plan.options, streams)
      return success
    }
    const { exitCode } = await plan.streams.exec(plan.pod, plan.container, plan.command, plan.options, streams)
    if (exitCode === 0) return success
    return {
      metadata: {},
      status: 'Failure',
      message: `command terminated with non-zero exit code: exit status ${exitCode}`,
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] }
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 }
  }
}

function receive(data: Buffer, input: ByteQueue<Uint8Array>, resizes: ByteQueue<{ width: number; height: number }>): void {
  const [channel] = data
  const bytes = data.subarray(1)
  if (channel === CHANNEL.stdin) input.push(bytes)
  else if (channel === CHANNEL.close && bytes[0] === CHANNEL.stdin) input.end()
  else if (channel === CHANNEL.resize) {
    const size = sizeOf(bytes.toString())
    if (size !== undefined) resizes.push(size)
  }
}

function sizeOf(text: string): { width: number; height: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { Width?: unknown; Height?: unknown }
    return typeof Width === 'number' && typeof Height === 'number' ? { width: Width, height: Height } : undefined
  } catch {
    // A terminal size that cannot be read changes nothing.
    return undefined
  }
}

async function write(client: WebSocket, channel: number, bytes: Uint8Array): Promise<void> {
  if (client.readyState !== WebSocket.OPEN) return
  const message = Buffer.allocUnsafe(bytes.length + 1)
  message[0] = channel
  message.set(bytes, 1)
  await new Promise<void>((resolve) => {
    const sent = () => resolve()
    client.send(message, sent)
    if (client.bufferedAmount < BACKLOG_BYTES) resolve()
  })
}
