import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { once } from 'node:events'
import { request } from 'node:https'
import { createServer, connect, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { parse } from 'yaml'
import { createWebSocketStream, WebSocket } from 'ws'
import type { ExecOptions, PodStreams } from '../requests/pod-streams.ts'
import { startTestServer, type TestServer } from '../test-server.ts'
import { SpdyTestClient } from './spdy-test-client.ts'

const path = '/api/v1/namespaces/default/pods/web'
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { nodeName: 'here', containers: [{ name: 'main', image: 'dev.local/x' }] }
}

describe('streams of pods', () => {
  let server: TestServer
  let echo: Server
  let credentials: Readonly<Record<'ca' | 'cert' | 'key', string | Buffer>>
  let running = true
  const seen: { argv: readonly string[]; options: ExecOptions; sizes: string[]; aborted: boolean }[] = []

  /** Says on its error output what it was given, and on its output what it hears, until its input ends; exits with the first argument. */
  const streams: PodStreams = {
    logs: async function* () {
      yield Buffer.from('line\n')
    },
    obstacle: () => (running ? undefined : 'container not found ("main")'),
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
      const socket = connect({ host: '127.0.0.1', port: (echo.address() as { port: number }).port, allowHalfOpen: true })
      await once(socket, 'connect')
      return {
        output: socket.iterator({ destroyOnReturn: false }),
        write: async (bytes) => void socket.write(bytes),
        end: () => void socket.end(),
        destroy: () => void socket.destroy()
      }
    }
  }

  beforeAll(async () => {
    server = await startTestServer()
    server.api.setPodStreams(streams)
    const config = parse(server.api.adminKubeconfig) as { users: [{ user: Record<string, string> }] }
    const pem = (name: string) => Buffer.from(config.users[0].user[name] ?? '', 'base64')
    credentials = { ca: server.api.caPem, cert: pem('client-certificate-data'), key: pem('client-key-data') }
    expect((await server.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })).status).toBeLessThan(
      500
    )
    expect((await server.ask('POST', '/api/v1/namespaces/default/pods', pod)).status).toBe(201)
    // Answers only when it has heard everything: a half that ends is what it waits for.
    echo = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      let text = ''
      socket.setEncoding('utf8').on('data', (more: string) => (text += more))
      socket.on('end', () => socket.end(`heard ${text}`))
      socket.on('error', () => undefined)
    })
    echo.listen({ host: '127.0.0.1', port: 0 })
    await once(echo, 'listening')
  })
  afterAll(async () => {
    expect(server.defects).toEqual([])
    await server.close()
    await new Promise((resolve) => echo.close(resolve))
  })

  /** Upgrades to SPDY; gives the answer's status and text when it was refused. */
  function upgrade(
    target: string,
    versions: readonly string[]
  ): Promise<{ status: number; text: string; version?: string; client?: SpdyTestClient }> {
    return new Promise((resolve, reject) => {
      const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': versions as string[] }
      const sent = request({
        host: '127.0.0.1',
        port: server.api.port,
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

  async function webSocket(
    target: string,
    protocol: string
  ): Promise<{ socket: WebSocket; channels: Map<number, string>; closed: Promise<void> }> {
    const socket = new WebSocket(`wss://127.0.0.1:${server.api.port}${target}`, [protocol], credentials)
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

  const query = (words: string, options: string): string =>
    `${path}/exec?${words
      .split(' ')
      .map((word) => `command=${word}`)
      .join('&')}&${options}`

  it('run a command over SPDY, in streams that the client opens', async () => {
    const { client, version } = await upgrade(query('3 words', 'stdin=true&stdout=true&stderr=true'), [
      'v5.channel.k8s.io',
      'v4.channel.k8s.io'
    ])
    expect(version).toBe('v4.channel.k8s.io')
    const open = (streamtype: string) => (client as SpdyTestClient).open({ streamtype })
    const [error, stdin, stdout, stderr] = [open('error'), open('stdin'), open('stdout'), open('stderr')]
    client?.send(stdin, 'through')
    client?.send(stdin, ' the wire', true)
    await eventually(() => client?.over)
    expect([stdout.text, stderr.text]).toEqual(['through the wire', '3 words;'])
    expect(JSON.parse(error.text)).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: error executing command [3 words], exit code 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] }
    })
  })

  it('tell failures in words in the old versions, and success not at all', async () => {
    const results = []
    for (const words of ['fail', '0', '2']) {
      const { client } = await upgrade(query(words, 'stdout=true'), ['v2.channel.k8s.io'])
      const error = (client as SpdyTestClient).open({ streamtype: 'error' })
      client?.open({ streamtype: 'stdout' })
      await eventually(() => client?.over)
      results.push(error.text)
    }
    expect(results).toEqual([
      'Internal error occurred: error executing command in container: no such program',
      '',
      'command terminated with non-zero exit code: error executing command [2], exit code 2'
    ])
  })

  it.each([
    [['v9.channel.k8s.io'], 403, 'unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts ['],
    [[], 400, 'unable to upgrade: X-Stream-Protocol-Version is required']
  ])('are refused in versions that nobody speaks: %j', async (versions, status, text) => {
    expect(await upgrade(query('0', 'stdout=true'), versions)).toEqual({ status, text: expect.stringContaining(text) })
  })

  it('are refused where nothing runs: before the upgrade, or inside for the protocol that the API server ends', async () => {
    running = false
    try {
      const target = query('0', 'stdout=true')
      expect(await upgrade(target, ['v4.channel.k8s.io'])).toEqual({ status: 500, text: 'container not found ("main")\n' })
      const { channels, closed } = await webSocket(target, 'v5.channel.k8s.io')
      await closed
      expect(JSON.parse(channels.get(3) ?? '')).toMatchObject({
        reason: 'InternalError',
        code: 500,
        message: 'Internal error occurred: unable to upgrade connection: container not found ("main")'
      })
    } finally {
      running = true
    }
    expect((await server.ask('GET', query('0', 'stdout=true'))).json).toMatchObject({ code: 400, message: 'Upgrade request required' })
    expect(await upgrade(query('0', ''), ['v4.channel.k8s.io'])).toMatchObject({
      status: 400,
      text: 'you must specify at least 1 of stdin, stdout, stderr\n'
    })
  })

  it('run a command over WebSocket: input that ends, sizes of the terminal, the exit code', async () => {
    const { socket, channels, closed } = await webSocket(query('4', 'stdin=true&stdout=true&tty=true'), 'v5.channel.k8s.io')
    socket.send(Buffer.concat([Buffer.from([4]), Buffer.from('{"Width":132,"Height":43}')]))
    socket.send(Buffer.concat([Buffer.from([0]), Buffer.from('typed')]))
    await eventually(() => seen.at(-1)?.sizes.includes('132x43'))
    socket.send(Buffer.from([255, 0]))
    await closed
    expect(channels.get(1)).toBe('typed')
    expect(JSON.parse(channels.get(3) ?? '')).toMatchObject({
      message: 'command terminated with non-zero exit code: command terminated with exit code 4'
    })
  })

  it('run a command in base64', async () => {
    const { socket, channels, closed } = await webSocket(query('0', 'stdout=true&stderr=true'), 'base64.channel.k8s.io')
    await eventually(() => channels.get(2) === '0;')
    socket.close()
    await closed
    expect(channels.get(3)).toBeUndefined()
  })

  it.each(['websocket', 'spdy'])('end a command whose client has gone (%s)', async (transport) => {
    const target = query('0', 'stdin=true&stdout=true')
    const before = seen.length
    if (transport === 'websocket') {
      const { socket } = await webSocket(target, 'v5.channel.k8s.io')
      await eventually(() => seen.length > before)
      socket.terminate()
    } else {
      const { client } = await upgrade(target, ['v4.channel.k8s.io'])
      for (const streamtype of ['error', 'stdin', 'stdout']) client?.open({ streamtype })
      await eventually(() => seen.length > before)
      client?.close()
    }
    await eventually(() => seen.at(-1)?.aborted)
    expect(seen).toHaveLength(before + 1)
  })

  it('join a running container', async () => {
    const { channels, closed } = await webSocket(`${path}/attach?stdout=true`, 'v5.channel.k8s.io')
    await closed
    expect([channels.get(1), channels.get(3)]).toEqual(['joined', '{"metadata":{},"status":"Success"}'])
  })

  const forward = async (kind: string): Promise<SpdyTestClient> => {
    if (kind === 'spdy') return (await upgrade(`${path}/portforward`, ['portforward.k8s.io'])).client as SpdyTestClient
    // Kubernetes' name of the tunnel is no token of RFC 6455: this client knows it by another.
    const [real, known] = ['SPDY/3.1+portforward.k8s.io', 'SPDY-3.1+portforward.k8s.io']
    const socket = new WebSocket(`wss://127.0.0.1:${server.api.port}${path}/portforward`, [known], {
      ...credentials,
      finishRequest: (asked) => asked.setHeader('Sec-WebSocket-Protocol', real).end()
    })
    socket.on('upgrade', ({ headers }) => {
      expect(headers['sec-websocket-protocol']).toBe(real)
      headers['sec-websocket-protocol'] = known
    })
    const stream = createWebSocketStream(socket)
    await once(socket, 'open')
    return new SpdyTestClient(stream)
  }

  it.each(['spdy', 'tunnel'])('forward connections side by side, half-closed and refused (%s)', async (kind) => {
    const client = await forward(kind)
    const open = (port: string, requestid: string) => {
      const error = client.open({ streamtype: 'error', port, requestid })
      const data = client.open({ streamtype: 'data', port, requestid })
      return { error, data }
    }
    const [one, two, refused] = [open('80', '0'), open('80', '1'), open('1', '2')]
    client.send(one.data, 'first')
    client.send(two.data, 'second', true)
    await eventually(() => two.data.ended && two.error.ended)
    expect(two.data.text).toBe('heard second')
    await eventually(() => refused.error.ended)
    expect(refused.error.text).toBe('error forwarding port 1 to pod web: connection refused')
    expect(one.data.ended).toBe(false)
    client.send(one.data, ' of two', true)
    await eventually(() => one.error.ended)
    expect(one.data.text).toBe('heard first of two')
    const bad = client.open({ streamtype: 'data', port: '70000' })
    await eventually(() => bad.reset)
    const broken = open('80', '4')
    client.send(broken.data, 'never ends')
    client.reset(broken.data)
    await eventually(() => broken.error.ended)
    expect(broken.error.text).toBe('')
    client.close()
  })

  it.each([
    ['sinceTime=x', 400, 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
    ['sinceTime=2020-01-01', 400, 'parsing time "2020-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'],
    ['container=zz', 400, 'container zz is not valid for pod web'],
    ['timestamps=maybe', 200, 'line\n'],
    ['timestamps=FALSE', 200, 'line\n']
  ])('logs take their options as Kubernetes does: %s', async (options, status, message) => {
    const answer = await server.ask('GET', `${path}/log?${options}`)
    expect([answer.status, status === 200 ? answer.text : answer.json.message]).toEqual([status, message])
  })

  it('forward ports named in the query over WebSocket channels', async () => {
    const { socket, channels } = await webSocket(`${path}/portforward?ports=80,1`, 'v4.channel.k8s.io')
    await eventually(() => (channels.get(3)?.length ?? 0) > 2)
    expect(channels.get(3)).toBe('\u0001\0error forwarding port 1 to pod web: connection refused')
    expect(channels.get(0)).toBe('P\0')
    socket.close()
    const refused = new WebSocket(`wss://127.0.0.1:${server.api.port}${path}/portforward?ports=x`, ['v4.channel.k8s.io'], credentials)
    const [error] = (await once(refused, 'error')) as [Error]
    expect(error.message).toBe('Unexpected server response: 400')
  })
})
