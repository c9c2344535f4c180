/** exec and attach over SPDY/3.1: a stream each for errors, input, output, error output and terminal sizes, which the client opens. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ExecStreams } from '../requests/pod-streams.ts'
import { type Command, runCommand } from './command.ts'
import { SpdyConnection } from './spdy/spdy-connection.ts'
import type { SpdyStream } from './spdy/spdy-stream.ts'
import { refuse, upgradeToSpdy } from './spdy-upgrade.ts'
import { terminalSizes } from './terminal-sizes.ts'

const versions = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io']
/** A kubelet waits as long for its client to open the streams. ms. */
const streamsMs = 30_000
const types = ['error', 'stdin', 'stdout', 'stderr', 'resize']

/** Upgrades and runs; with `obstacle`, refuses with it and the status `refusal` instead. */
export function serveCommandSpdy(
  command: Command,
  obstacle: string | undefined,
  refusal: 400 | 500,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer
): void {
  if (obstacle !== undefined) return refuse(socket, refusal, obstacle)
  const upgraded = upgradeToSpdy(request, socket, head, versions)
  if (upgraded === undefined) return
  const { version } = upgraded
  const { stdin, stdout, stderr, tty } = command.options
  const resizes = tty && versions.indexOf(version) <= 1
  const expected = ['error', stdin && 'stdin', stdout && 'stdout', stderr && !tty && 'stderr', resizes && 'resize'].filter(
    (each) => each !== false
  )
  const opened = new Map<string, SpdyStream>()
  const { promise: complete, resolve } = Promise.withResolvers<void>()
  const connection = new SpdyConnection(upgraded.transport, (stream) => {
    const type = stream.headers.get('streamtype') ?? ''
    if (!types.includes(type) || opened.has(type)) return false
    opened.set(type, stream)
    if (expected.every((each) => opened.has(each))) resolve()
    return true
  })
  const impatience = setTimeout(() => connection.close(), streamsMs)
  connection.signal.addEventListener('abort', () => clearTimeout(impatience), { once: true })
  void connection.run()
  void complete.then(async () => {
    clearTimeout(impatience)
    await run(command, version, opened, connection.signal)
    connection.close()
  })
}

/** Never rejects: what goes wrong is told in the error stream. */
async function run(command: Command, version: string, opened: ReadonlyMap<string, SpdyStream>, signal: AbortSignal): Promise<void> {
  const output = (type: string) => (bytes: Uint8Array) => opened.get(type)?.write(bytes) ?? Promise.resolve()
  const streams: ExecStreams = {
    input: opened.get('stdin') ?? nothing(),
    resizes: terminalSizes(opened.get('resize') ?? nothing()),
    signal,
    stdout: output('stdout'),
    stderr: output('stderr')
  }
  const status = await runCommand(command, streams, false)
  const error = opened.get('error')
  if (version === versions[0]) await error?.write(Buffer.from(JSON.stringify(status)))
  else if (status.status === 'Failure') await error?.write(Buffer.from(status.message ?? ''))
  for (const stream of opened.values()) stream.end()
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {
  // A stream that was not asked for has nothing to say.
}
