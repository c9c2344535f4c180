import { afterEach, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttp1 } from 'node:http'
import { createServer as createHttp2 } from 'node:http2'
import { createServer as createTcp, type Server } from 'node:net'
import { createInterface } from 'node:readline'
import { attempt, type ProbeTarget } from './attempt.ts'
import { runProbe } from './prober.ts'

const open: Server[] = []
const listening = async (server: Server): Promise<number> => {
  open.push(server)
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  return (server.address() as { port: number }).port
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

const target: ProbeTarget = {
  address: '10.88.0.9',
  reach: (port) => ({ host: '127.0.0.1', port }),
  port: Number,
  run: (command) => Promise.resolve({ code: command[0] === 'true' ? 0 : 3, output: 'not today\n', timedOut: command[0] === 'sleep' })
}

/** A health server that answers with these bytes and this status. */
const health = (body: number[], status: string): Server => {
  const server = createHttp2()
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }))
    stream.end(Buffer.from(body))
  })
  return server
}

describe('attempt', () => {
  it.each([
    [204, { ok: true }],
    [302, { ok: true }],
    [404, { ok: false, message: 'HTTP probe failed with statuscode: 404' }],
    [500, { ok: false, message: 'HTTP probe failed with statuscode: 500' }]
  ])('takes HTTP %i as %j', async (code, expected) => {
    const seen: unknown[] = []
    const port = await listening(
      createHttp1((request, response) => {
        seen.push([request.url, request.headers.host, request.headers['user-agent'], request.headers['x-own']])
        response.writeHead(code).end()
      })
    )
    expect(await attempt(target, { httpGet: { port, path: 'healthy', httpHeaders: [{ name: 'X-Own', value: 'v' }] } }, 1_000)).toEqual(
      expected
    )
    expect(seen).toEqual([['/healthy', `10.88.0.9:${port}`, 'kube-probe/1.34', 'v']])
  })

  it("tells timeouts and refusals in the kubelet's words", async () => {
    const port = await listening(createTcp((socket) => socket.on('error', () => undefined).resume()))
    expect(await attempt(target, { httpGet: { port } }, 30)).toEqual({
      ok: false,
      message: `Get "http://10.88.0.9:${port}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
    })
    const server = createTcp()
    const shut = await listening(server)
    await new Promise((resolve) => server.close(resolve))
    open.pop()
    expect(await attempt(target, { tcpSocket: { port: shut } }, 1_000)).toEqual({
      ok: false,
      refused: true,
      message: `dial tcp 10.88.0.9:${shut}: connect: connection refused`
    })
    expect(await attempt(target, { httpGet: { port: shut } }, 1_000)).toMatchObject({
      message: `Get "http://10.88.0.9:${shut}/": dial tcp 10.88.0.9:${shut}: connect: connection refused`
    })
    expect(await attempt(target, { grpc: { port: shut } }, 1_000)).toMatchObject({ ok: false, refused: true })
  })

  it.each([
    ['true', { ok: true }],
    ['false', { ok: false, message: 'not today\n' }],
    ['sleep', { ok: false, message: 'command timed out: "sleep" timed out after 1s' }]
  ])('runs %s', async (command, expected) => {
    expect(await attempt(target, { exec: { command: [command] } }, 1_000)).toEqual(expected)
  })

  it.each([
    ['serving', [0, 0, 0, 0, 2, 8, 1], '0', { ok: true }],
    ['not serving', [0, 0, 0, 0, 2, 8, 2], '0', { ok: false, message: 'service unhealthy (responded with "NOT_SERVING")' }],
    ['an unknown state', [0, 0, 0, 0, 0], '0', { ok: false, message: 'service unhealthy (responded with "UNKNOWN")' }],
    [
      'no health service',
      [],
      '12',
      { ok: false, message: 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health)' }
    ],
    ['an error', [], '14', { ok: false, message: 'error: health rpc failed: status 14' }]
  ])('asks gRPC health: %s', async (_, body, status, expected) => {
    const port = await listening(health(body, status) as unknown as Server)
    expect(await attempt(target, { grpc: { port, service: 'x' } }, 2_000)).toEqual(expected)
  })
})

it('takes an answer that came in time for one, though the agent was too busy to hear it in time', async () => {
  // In a process of its own: it answers while this one does nothing but wait.
  const program = `
    const server = require('node:http').createServer((_, response) => {
      console.log('asked')
      setTimeout(() => response.end(), 100)
    })
    server.listen(0, '127.0.0.1', () => console.log(server.address().port))
  `
  const app = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const said = createInterface({ input: app.stdout })[Symbol.asyncIterator]()
    const port = Number((await said.next()).value)
    const answered = attempt(target, { httpGet: { port } }, 200)
    while (!(await once(app.stdout, 'data').then(String)).includes('asked'));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
    expect(await answered).toEqual({ ok: true })
  } finally {
    app.kill('SIGKILL')
    await once(app, 'exit')
  }
})

describe('runProbe', () => {
  it('is quick until the first success, whatever the period', async () => {
    const server = createHttp1((_, response) => response.end())
    const port = await listening(server)
    await new Promise((resolve) => server.close(resolve))
    open.pop()
    const stop = new AbortController()
    const verdicts: string[] = []
    const found = new Promise<void>((resolve) => {
      void runProbe(
        { httpGet: { port }, periodSeconds: 100 },
        target,
        true,
        {
          onVerdict: (verdict) => {
            verdicts.push(verdict)
            resolve()
          },
          onFailure: () => undefined
        },
        stop.signal
      )
    })
    open.push(server)
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve))
    const began = performance.now()
    await found
    stop.abort()
    expect(verdicts).toEqual(['success'])
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})
