import { createServer, type IncomingHttpHeaders } from 'node:http2'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createUpstreamPool } from '@knative-ts/proxy'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { parseProbes, type ProbeAction, type ReadinessProbe } from './probe-config.ts'
import { proberOver } from './prober.ts'
import { ReadinessRunner } from './readiness-runner.ts'

const action: ProbeAction = { kind: 'tcp', address: '127.0.0.1:1' }
const probe = (overrides: Partial<ReadinessProbe> = {}): ReadinessProbe => ({
  action,
  periodSeconds: 0,
  timeoutSeconds: 1,
  successThreshold: 1,
  ...overrides
})

/** A prober that answers from a script, then with the script's last word. */
function scripted(...script: boolean[]): {
  readonly probe: (action: ProbeAction, timeoutMs: number) => Promise<string | undefined>
  readonly timeouts: number[]
} {
  const timeouts: number[] = []
  return {
    timeouts,
    probe: (_, timeoutMs) => {
      timeouts.push(timeoutMs)
      return Promise.resolve(((script.length > 1 ? script.shift() : script[0]) ?? false) ? undefined : 'no')
    }
  }
}

describe('ReadinessRunner', () => {
  it('is always ready without a probe', async () => {
    expect(await new ReadinessRunner([], scripted(false).probe).isReady()).toBe(true)
  })

  it('tries again until the app answers, each try with 100 ms', async () => {
    const { probe: prober, timeouts } = scripted(false, false, true)
    expect(await new ReadinessRunner([probe()], prober).isReady()).toBe(true)
    expect(timeouts).toEqual([100, 100, 100])
  })

  it('wants as many successes in a row as the threshold says', async () => {
    const { probe: prober, timeouts } = scripted(true, false, true, true)
    expect(await new ReadinessRunner([probe({ successThreshold: 2 })], prober).isReady()).toBe(true)
    expect(timeouts).toHaveLength(4)
  })

  it('tries once with its own timeout when it has a period', async () => {
    const { probe: prober, timeouts } = scripted(false)
    expect(await new ReadinessRunner([probe({ periodSeconds: 5, timeoutSeconds: 3 })], prober).isReady()).toBe(false)
    expect(timeouts).toEqual([3000])
  })

  it('lets callers share one run, and runs again for the next', async () => {
    const { probe: prober, timeouts } = scripted(true)
    const runner = new ReadinessRunner([probe({ periodSeconds: 1 })], prober)
    expect(await Promise.all([runner.isReady(), runner.isReady(), runner.isReady()])).toEqual([true, true, true])
    expect(timeouts).toHaveLength(1)
    await runner.isReady()
    expect(timeouts).toHaveLength(2)
  })

  it('hears what a probe with a period found each time, and of an aggressive one after a second', async () => {
    const heard: string[] = []
    const told = (failure: string): void => void heard.push(failure)
    await new ReadinessRunner([probe({ periodSeconds: 1 })], scripted(false).probe, told).isReady()
    expect(heard).toEqual(['no'])
    let now = 0
    const pass = async (ms: number): Promise<void> => void (now += ms)
    const slow = scripted(...Array.from({ length: 12 }, () => false), true)
    const after150Ms = (action: ProbeAction, ms: number) => pass(150).then(() => slow.probe(action, ms))
    expect(await new ReadinessRunner([probe()], after150Ms, told, { now: () => now, pause: pass }).isReady()).toBe(true)
    expect([heard, now > 1_500]).toEqual([['no', 'no'], true])
  })

  it('wants all containers ready', async () => {
    const { probe: prober } = scripted(true, false)
    expect(await new ReadinessRunner([probe({ periodSeconds: 1 }), probe({ periodSeconds: 1 })], prober).isReady()).toBe(false)
  })
})

describe('parseProbes', () => {
  it('reads one probe or an array, with defaults', () => {
    expect(parseProbes({ httpGet: { host: '127.0.0.1', port: 8080, path: 'ready', httpHeaders: [{ name: 'A', value: 'b' }] } })).toEqual([
      probe({ action: { kind: 'http', address: '127.0.0.1:8080', path: '/ready', headers: { A: 'b' } } })
    ])
    expect(parseProbes({ httpGet: { port: 8443, scheme: 'HTTPS' } })[0]?.action).toMatchObject({ kind: 'https', path: '/' })
    expect(parseProbes([{ tcpSocket: { port: 1 } }, { grpc: { port: 2, service: 's' }, periodSeconds: 3 }])).toEqual([
      probe(),
      probe({ action: { kind: 'grpc', address: '127.0.0.1:2', service: 's' }, periodSeconds: 3 })
    ])
  })

  it.each([
    [{ exec: {} }, 'needs httpGet, tcpSocket or grpc'],
    [{ tcpSocket: { port: 'http' } }, 'port http: want 1 to 65535']
  ])('refuses %j', (json, message) => {
    expect(() => parseProbes(json)).toThrow(message)
  })
})

describe('the prober', () => {
  const pool = createUpstreamPool()
  const closes: (() => void)[] = []
  afterEach(() => {
    for (const close of closes.splice(0)) close()
    pool.close()
  })
  const listening = async (server: {
    listen(port: number, host: string, done: () => void): unknown
    address(): unknown
    close(): unknown
  }): Promise<string> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closes.push(() => server.close())
    return `127.0.0.1:${(server.address() as { port: number }).port}`
  }

  it('takes 200 to 399 over HTTP for ready, with the kubelet’s user agent and the probe’s headers', async () => {
    let status = 204
    let seen: Record<string, unknown> = {}
    const server = createHttpServer((request, response) => {
      seen = { path: request.url, agent: request.headers['user-agent'], own: request.headers['x-own'] }
      response.writeHead(status).end()
    })
    const address = await listening(server)
    const http: ProbeAction = { kind: 'http', address, path: '/ready', headers: { 'X-Own': '1' } }
    const prober = proberOver(pool, false)
    const results: (string | undefined)[] = []
    for (status of [204, 302, 400, 503]) results.push(await prober(http, 30_000))
    const what = `GET http://${address}/ready`
    expect(results).toEqual([undefined, undefined, `${what} answered 400`, `${what} answered 503`])
    expect(seen).toEqual({ path: '/ready', agent: 'kube-probe//', own: '1' })
    expect(await prober({ kind: 'tcp', address }, 30_000)).toBeUndefined()
    const refused = 'dial tcp 127.0.0.1:1: connect: connection refused'
    expect(await prober({ kind: 'tcp', address: '127.0.0.1:1' }, 30_000)).toBe(refused)
    expect(await prober({ ...http, address: '127.0.0.1:1' }, 30_000)).toBe(`GET http://127.0.0.1:1/ready: ${refused}`)
  })

  it('takes 200 to 399 over HTTPS for ready, whoever signed the certificate', async () => {
    let status = 204
    let seen: Record<string, unknown> = {}
    const server = createHttpsServer(await selfSigned('somebody'), (request, response) => {
      seen = { path: request.url, host: request.headers.host, agent: request.headers['user-agent'] }
      response.writeHead(status).end()
    })
    const address = await listening(server)
    const prober = proberOver(pool, false)
    const https: ProbeAction = { kind: 'https', address, path: '/ready', headers: { Host: 'app.local' } }
    const results: (string | undefined)[] = []
    for (status of [204, 302, 400, 503]) results.push(await prober(https, 30_000))
    const what = `GET https://${address}/ready`
    expect(results).toEqual([undefined, undefined, `${what} answered 400`, `${what} answered 503`])
    expect(seen).toEqual({ path: '/ready', host: 'app.local', agent: 'kube-probe//' })
    expect(await prober({ ...https, kind: 'http' }, 30_000)).toMatch(/^GET http:\/\//)
  })

  it('gives an HTTPS server up that does not answer in time', async () => {
    const server = createHttpsServer(await selfSigned('somebody'), () => undefined)
    const address = await listening(server)
    expect(await proberOver(pool, false)({ kind: 'https', address, path: '/', headers: {} }, 100)).toBe(
      `GET https://${address}/ did not answer within 0.1 s`
    )
  })

  it.each([
    [1, '0', true],
    [2, '0', false],
    [1, '5', false]
  ])('takes gRPC health status %d with grpc-status %s for ready: %s', async (status, code, ready) => {
    let seen: IncomingHttpHeaders = {}
    let body = Buffer.alloc(0)
    const server = createServer()
    server.on('stream', (stream, headers) => {
      seen = headers
      stream.on('data', (bytes: Buffer) => (body = Buffer.concat([body, bytes])))
      stream.on('end', () => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': code }))
        stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]))
      })
    })
    const address = await listening(server)
    const failure = `the gRPC health check of ${address} (service "svc") did not answer SERVING`
    expect(await proberOver(pool, false)({ kind: 'grpc', address, service: 'svc' }, 30_000)).toBe(ready ? undefined : failure)
    expect(seen).toMatchObject({ ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc', te: 'trailers' })
    expect(body.toString('hex')).toBe(`00000000050a03${Buffer.from('svc').toString('hex')}`)
  })
})
