/** Streams of a pod, seen from the client and from the node at once, for specs. */
import { afterAll, beforeAll, expect } from '@jest/globals'
import { once } from 'node:events'
import { request } from 'node:https'
import { createServer, connect, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { parse } from 'yaml'
import { WebSocket } from 'ws'
import type { ExecOptions, PodStreams } from '../requests/pod-streams.ts'
import type { TestServer } from '../test-server.ts'
import { SpdyTestClient } from './spdy-test-client.ts'
import { serverOfSuite } from '../suite-server.fixture.ts'

export const path = '/api/v1/namespaces/default/pods/web'
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { nodeName: 'here', containers: [{ name: 'main', image: 'dev.local/x' }] }
}

/** One command that the node was asked to run. */
export interface SeenCommand {
  readonly argv: readonly string[]
  readonly options: ExecOptions
  readonly sizes: string[]
  aborted: boolean
}

/** The credentials of the administrator, as TLS wants them. */
type Credentials = Readonly<Record<'ca' | 'cert' | 'key', string | Buffer>>

/** A server with the pod `web`, whose streams lead to nothing but this test. */
export interface StreamsOfSuite extends Omit<TestServer, 'close'> {
  readonly credentials: Credentials
  readonly seen: readonly SeenCommand[]
  /** Whether the pod's container runs; it does at first. */
  running: boolean
  /** Upgrades to SPDY; gives the answer's status and text when it was refused. */
  upgrade(target: string, versions: readonly string[]): Promise<Upgraded>
  webSocket(target: string, protocol: string): Promise<OpenSocket>
}

export interface Upgraded {
  readonly status: number
  readonly text: string
  readonly version?: string
  readonly client?: SpdyTestClient
}

/** What came in each channel as text. */
export interface OpenSocket {
  readonly socket: WebSocket
  readonly channels: Map<number, string>
  readonly closed: Promise<void>
}

/** Listens, and answers only when it has heard everything: a half that ends is what it waits for. */
async function startEcho(): Promise<Server> {
  const echo = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    let text = ''
    socket.setEncoding('utf8').on('data', (more: string) => (text += more))
    socket.on('end', () => socket.end(`heard ${text}`))
    // A connection that is reset is what a test wants.
    socket.on('error', () => undefined)
  })
  echo.listen({ host: '127.0.0.1', port: 0 })
  await once(echo, 'listening')
  return echo
}

/** Says on its error output what it was given, and on its output what it hears, until its input ends; exits with the first argument. */
function streamsTo(echo: () => Server, isRunning: () => boolean, seen: SeenCommand[]): PodStreams {
  return {
    logs: async function* () {
      yield Buffer.from('line\n')
    },
    obstacle: () => (isRunning() ? undefined : 'container not found ("main")'),
    async exec(_pod, _container, argv, options, client) {
      const call = { argv, options, sizes: [] as string[], aborted: false }
      seen.push(call)
      client.signal.addEventListener('abort', () => (call.aborted = true))
      void (async () => {
        for await (const { width, height } of client.resizes) call.sizes.push(`${width}x${height}`)
      })()
      if (argv[0] === 'fail') throw new Error('no such program')
      if (options.stderr) await client.stderr(Buffer.from(`${argv.join(' ')};`))
      for await (const bytes of client.input) await client.stdout(bytes)
      return { exitCode: Number(argv[0]) }
    },
    async attach(_pod, _container, _options, client) {
      await client.stdout(Buffer.from('joined'))
    },
    async portForward(_pod, port) {
      if (port === 1) throw new Error('error forwarding port 1 to pod web: connection refused')
      const socket = connect({ host: '127.0.0.1', port: (echo().address() as { port: number }).port, allowHalfOpen: true })
      await once(socket, 'connect')
      return {
        output: socket.iterator({ destroyOnReturn: false }),
        write: async (bytes) => void socket.write(bytes),
        end: () => void socket.end(),
        destroy: () => void socket.destroy()
      }
    }
  }
}

/** Starts one for the suite. */
export function streamsOfSuite(): StreamsOfSuite {
  const server = serverOfSuite()
  const seen: SeenCommand[] = []
  let echo: Server
  let credentials: Credentials
  const suite: StreamsOfSuite = {
    get api() {
      return server.api
    },
    get defects() {
      return server.defects
    },
    get credentials() {
      return credentials
    },
    seen,
    running: true,
    ask: (...asked) => server.ask(...asked),
    open: (...asked) => server.open(...asked),
    upgrade: (target, versions) => upgrade(server.api.port, credentials, target, versions),
    webSocket: (target, protocol) => webSocket(server.api.port, credentials, target, protocol)
  }
  beforeAll(async () => {
    echo = await startEcho()
    server.api.setPodStreams(
      streamsTo(
        () => echo,
        () => suite.running,
        seen
      )
    )
    const config = parse(server.api.adminKubeconfig) as { users: [{ user: Record<string, string> }] }
    const pem = (name: string) => Buffer.from(config.users[0].user[name] ?? '', 'base64')
    credentials = { ca: server.api.caPem, cert: pem('client-certificate-data'), key: pem('client-key-data') }
    expect((await server.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })).status).toBeLessThan(
      500
    )
    expect((await server.ask('POST', '/api/v1/namespaces/default/pods', pod)).status).toBe(201)
  })
  afterAll(() => new Promise<void>((resolve) => void echo.close(() => resolve())))
  return suite
}

function upgrade(port: number, credentials: Credentials, target: string, versions: readonly string[]): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': versions as string[] }
    const sent = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: target,
      headers,
      agent: false,
      ...credentials
    })
    sent.on('upgrade', (response, socket: Duplex, head: Buffer) => {
      if (head.length > 0) socket.unshift(head)
      const version = response.headers['x-stream-protocol-version'] as string
      resolve({ status: 101, text: '', version, client: new SpdyTestClient(socket) })
    })
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function webSocket(port: number, credentials: Credentials, target: string, protocol: string): Promise<OpenSocket> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}${target}`, [protocol], credentials)
  const channels = new Map<number, string>()
  socket.on('message', (data: Buffer) => {
    const isText = protocol.includes('base64')
    const channel = isText ? (data[0] as number) - 48 : (data[0] as number)
    const bytes = isText ? Buffer.from(data.toString('latin1', 1), 'base64') : data.subarray(1)
    channels.set(channel, (channels.get(channel) ?? '') + bytes.toString('latin1'))
  })
  const closed = once(socket, 'close').then(() => undefined)
  await once(socket, 'open')
  return { socket, channels, closed }
}
