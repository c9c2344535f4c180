/** exec and attach over WebSocket: `v5.channel.k8s.io` and the older ones, in binary and in base64. A message's first byte names its channel. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { ExecStreams } from '../requests/pod-streams.ts'
import { type Command, type CommandStatus, notOpened, runCommand } from './command.ts'
import { Intake } from './intake.ts'
import { terminalSizes } from './terminal-sizes.ts'
import { type ChannelCoding, channelServer, codingOf, deliver } from './websocket-channels.ts'

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
/** The one in which a client can say that its input is over; Kubernetes' API server ends it itself. */
const translatedProtocol = 'v5.channel.k8s.io'
const protocols = [translatedProtocol, 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io']

const server = channelServer(protocols)

/** True when the client wants its command over the protocol that the API server translates. */
export const wantsTranslation = (request: IncomingMessage): boolean =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').some((each) => each.trim() === translatedProtocol)

/** Upgrades and runs; with `obstacle`, says it instead. */
export function serveCommandWebSocket(
  command: Command,
  obstacle: string | undefined,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer
): void {
  server.handleUpgrade(request, socket, head, (client) => {
    run(command, obstacle, client).catch((error: unknown) => client.close(1011, String(error).slice(0, 120)))
  })
}

async function run(command: Command, obstacle: string | undefined, client: WebSocket): Promise<void> {
  const { options } = command
  const translated = client.protocol === translatedProtocol
  const coding = codingOf(client.protocol)
  const gone = new AbortController()
  const input = new Intake(client)
  const sizes = new Intake(client)
  client.on('message', (data: Buffer) => receive(coding, data, input, sizes))
  client.on('error', () => client.terminate())
  client.on('close', () => {
    gone.abort()
    input.end()
    sizes.end()
  })
  if (!options.stdin) input.drop()
  const streams: ExecStreams = {
    input,
    resizes: terminalSizes(sizes),
    signal: gone.signal,
    stdout: (bytes) => deliver(client, coding, channel.stdout, bytes),
    stderr: (bytes) => deliver(client, coding, channel.stderr, bytes)
  }
  // Clients wait for one message before they start to write.
  const first = options.stdout ? channel.stdout : options.stderr ? channel.stderr : channel.error
  await deliver(client, coding, first, new Uint8Array())
  const status = obstacle === undefined ? await runCommand(command, streams, translated) : notOpened(obstacle)
  const told = toldIn(client.protocol, status)
  if (told !== '') await deliver(client, coding, channel.error, Buffer.from(told))
  client.close(1000)
}

/** Before version 4 a failure is told in plain words, and success not at all. */
function toldIn(protocol: string, status: CommandStatus): string {
  if (protocol.startsWith('v')) return JSON.stringify(status)
  return status.status === 'Success' ? '' : (status.message ?? '')
}

function receive(coding: ChannelCoding, data: Buffer, input: Intake, sizes: Intake): void {
  const message = coding.decode(data)
  if (message?.channel === channel.stdin) input.push(message.bytes)
  else if (message?.channel === channel.resize) sizes.push(message.bytes)
  else if (message?.channel === channel.close && message.bytes[0] === channel.stdin) input.end()
}
