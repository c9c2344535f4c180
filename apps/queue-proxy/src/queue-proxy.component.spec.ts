/** The sidecar's process as a pod runs it. Long, because one build and one user container serve all of it. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { freePort } from '@knative-ts/testing'
import { selfSigned } from '@knative-ts/testing/self-signed'
import { WebSocket } from 'ws'
import { ask, askHealth } from './testing/ask.ts'
import { type Built, buildQueueProxy } from './testing/bundle.ts'
import { type SidecarProcess, startSidecar } from './testing/sidecar-process.ts'
import { until } from './testing/until.ts'
import { UserApp } from './testing/user-app.ts'

describe('the queue-proxy process', () => {
  let built: Built
  let app: UserApp
  const sidecars: SidecarProcess[] = []
  const start = async (variables: Record<string, string> = {}, userPort = app.port): Promise<SidecarProcess> => {
    const sidecar = await startSidecar(built.main, userPort, variables)
    sidecars.push(sidecar)
    return sidecar
  }

  beforeAll(async () => {
    built = await buildQueueProxy()
  })
  afterAll(() => built.remove())
  beforeEach(async () => {
    app = await UserApp.start()
  })
  afterEach(async () => {
    app.release()
    for (const sidecar of sidecars.splice(0)) await sidecar.stop()
    await app.close()
  })

  it('gives the user container the Host that the client sent, Forwarded, and no revision headers', async () => {
    const { port } = await start()
    const answer = await ask(port, '/headers', {
      headers: {
        Host: '10.1.2.3:8012',
        'K-Original-Host': 'hello.default.localhost',
        'K-Proxy-Request': 'activator',
        'Knative-Serving-Revision': 'hello-00001',
        'Knative-Serving-Namespace': 'default',
        'X-Forwarded-For': '1.2.3.4',
        'X-Forwarded-Proto': 'http'
      }
    })
    const seen = JSON.parse(answer.text) as Record<string, string>
    expect(seen).toMatchObject({
      host: 'hello.default.localhost',
      forwarded: 'for=1.2.3.4;proto=http',
      'x-forwarded-for': '1.2.3.4, 127.0.0.1',
      'k-proxy-request': 'activator'
    })
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining([expect.stringMatching(/knative-serving|k-original-host/)]))
  })

  it('tells on its data port, and there alone, that it takes trunks', async () => {
    const { port, adminPort } = await start()
    expect((await ask(port, '/headers')).headers.upgrade).toBe(`knative-ts-trunk/127.0.0.1-${port}`)
    expect((await ask(adminPort, '/drain')).headers.upgrade).toBeUndefined()
  })

  it('runs containerConcurrency requests at once, lets ten times as many wait, and answers 503 beyond', async () => {
    const { port } = await start({ CONTAINER_CONCURRENCY: '1' })
    const agent = new Agent({ maxSockets: 20 })
    const statuses: number[] = []
    const refusals: string[] = []
    const all = Array.from({ length: 13 }, async () => {
      const answer = await ask(port, '/hold', { agent })
      statuses.push(answer.status)
      if (answer.status === 503) refusals.push(answer.text)
    })
    await until(() => statuses.length === 2 && app.holding === 1, 'two refusals and one request in the app')
    expect(refusals).toEqual(['pending request queue full\n', 'pending request queue full\n'])
    const release = setInterval(() => app.release(), 1)
    await Promise.all(all)
    clearInterval(release)
    expect(statuses.filter((status) => status === 200)).toHaveLength(11)
    expect(app.mostAtOnce).toBe(1)
  })

  it('gives the place of a client that leaves the queue to the next', async () => {
    const observability = JSON.stringify({ requestMetrics: { protocol: 'prometheus' } })
    const { port, metricsPort } = await start({ CONTAINER_CONCURRENCY: '1', OBSERVABILITY_CONFIG: observability })
    const first = ask(port, '/hold')
    await untilDepth(metricsPort, 1)
    const impatient = new Agent()
    const fate = fateOf(ask(port, '/hold', { agent: impatient }))
    await untilDepth(metricsPort, 2)
    impatient.destroy()
    expect(await fate).toBe('broken')
    await untilDepth(metricsPort, 1)
    const last = ask(port, '/')
    await untilDepth(metricsPort, 2)
    expect(app.seen).toHaveLength(1)
    app.release()
    expect((await first).text).toBe('held')
    expect((await last).text).toBe('hello')
    expect(app.seen.map(({ url }) => url)).toEqual(['/hold', '/'])
  })

  it('answers 504 when the app does not start its answer in time', async () => {
    const { port } = await start({ REVISION_RESPONSE_START_TIMEOUT_SECONDS: '1' })
    const began = performance.now()
    const answer = await ask(port, '/hold')
    expect([answer.status, answer.text]).toEqual([504, 'request timeout'])
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000)
  })

  it.each([
    ['the whole time', { REVISION_TIMEOUT_SECONDS: '1' }],
    ['the idle time', { REVISION_IDLE_TIMEOUT_SECONDS: '1' }]
  ])('cuts a response that has begun when %s is over, and ends it properly', async (_, variables) => {
    const { port } = await start(variables)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const answer = await ask(port, '/drip', { agent })
    expect([answer.status, answer.text]).toEqual([200, 'driprequest timeout'])
    expect((await ask(port, '/', { agent })).text).toBe('hello')
    agent.destroy()
  })

  it('answers 502 with the dial error while the user container is away, and goes on when it is back', async () => {
    const { port } = await start()
    expect((await ask(port, '/')).text).toBe('hello')
    const userPort = app.port
    await app.close()
    const away = await ask(port, '/')
    expect([away.status, away.text]).toEqual([502, `dial tcp 127.0.0.1:${userPort}: connect: connection refused\n`])
    app = await UserApp.start(userPort)
    expect((await ask(port, '/')).text).toBe('hello')
  })

  it('breaks a response whose user container dies in the middle', async () => {
    const { port } = await start()
    const answer = ask(port, '/drip')
    const fate = fateOf(answer)
    await until(() => app.running === 1, 'the request in the app')
    await app.close()
    expect(await fate).toBe('broken')
    app = await UserApp.start()
  })

  it('passes 1 MiB up and down unchanged', async () => {
    const { port } = await start()
    const body = randomBytes(1024 * 1024)
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(port, '/echo', { method: 'POST', body })))
    for (const answer of answers) expect(answer.body.equals(body)).toBe(true)
  })

  it('carries WebSocket messages', async () => {
    const { port } = await start()
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
    const echoes: string[] = []
    socket.on('message', (message) => echoes.push(String(message)))
    await new Promise((resolve) => socket.once('open', resolve))
    for (const text of ['one', 'two', 'x'.repeat(100_000)]) socket.send(text)
    await until(() => echoes.length === 3, 'three echoes')
    expect(echoes.map((text) => text.length)).toEqual([3, 3, 100_000])
    socket.terminate()
  })

  it('cuts a WebSocket at the timeout on both sides', async () => {
    const { port } = await start({ REVISION_TIMEOUT_SECONDS: '1' })
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
    let closed = false
    socket.on('close', () => (closed = true))
    socket.on('error', () => (closed = true))
    await new Promise((resolve) => socket.once('open', resolve))
    await until(() => closed, 'the WebSocket to be cut')
    expect(socket.readyState).toBe(WebSocket.CLOSED)
  })

  it('says ready only when the user container is, and answers other probes by the book', async () => {
    const userPort = await freePort()
    const { port } = await start({}, userPort)
    let ready = false
    const waiting = askHealth(port).then((answer) => {
      ready = true
      return answer
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(ready).toBe(false)
    await app.close()
    app = await UserApp.start(userPort)
    expect(await waiting).toMatchObject({ status: 200, text: 'queue' })
    expect(await ask(port, '/', { headers: { 'User-Agent': 'kube-probe/1.34', 'K-Network-Probe': 'x' } })).toMatchObject({
      status: 400,
      text: 'unexpected probe header value: "x"\n'
    })
    const ingress = await ask(port, '/healthz', { headers: { 'K-Network-Probe': 'probe', 'K-Network-Hash': 'abc' } })
    expect([ingress.status, ingress.headers['k-network-hash']]).toEqual([200, 'abc'])
    expect((await ask(port, '/healthz', { headers: { 'K-Network-Probe': 'probe' } })).status).toBe(400)
  })

  it('tells the autoscaler what runs, as a protobuf Stat', async () => {
    const { port, statsPort } = await start()
    const direct = ask(port, '/hold')
    const proxied = ask(port, '/hold', { headers: { 'K-Proxy-Request': 'activator' } })
    let stat: Buffer = Buffer.alloc(0)
    let type: string | undefined
    const scrape = setInterval(() => {
      ask(statsPort, '/metrics').then(
        (answer) => {
          stat = answer.body
          type = answer.headers['content-type']
        },
        // One that is under way when the process is stopped.
        () => undefined
      )
    }, 50)
    const doubles = (): Map<number, number> => doublesOf(stat)
    await until(() => doubles().get(2) === 2 && doubles().get(3) === 1, 'a whole period with two requests')
    clearInterval(scrape)
    expect(type).toBe('application/protobuf')
    expect(stat.subarray(2, 17).toString()).toBe('hello-00001-pod')
    expect((await ask(statsPort, '/other')).status).toBe(404)
    app.release()
    await Promise.all([direct, proxied])
  })

  it('serves request metrics as Prometheus text, and writes the request log, when told to', async () => {
    const config = {
      requestMetrics: { protocol: 'prometheus' },
      enableRequestLog: true,
      requestLogTemplate:
        '{"m": "{{.Request.Method}}", "u": "{{js .Request.RequestURI}}", "s": {{.Response.Code}}, "r": "{{.Revision.Name}}", "t": "{{.TraceID}}", "l": {{.Response.Latency}}}'
    }
    const sidecar = await start({ OBSERVABILITY_CONFIG: JSON.stringify(config) })
    const trace = '0af7651916cd43dd8448eb211c80319c'
    await ask(sidecar.port, '/a?b=%22', { headers: { Traceparent: `00-${trace}-b7ad6b7169203331-01`, 'Knative-Serving-Tag': 'blue' } })
    await askHealth(sidecar.port)
    const { text } = await ask(sidecar.metricsPort, '/metrics')
    expect(text).toMatch(
      /kn_serving_invocation_duration_seconds_count\{.*kn_revision_name="hello-00001".*http_response_status_code="200",kn_route_tag="blue"\} 1\n/
    )
    // The probe is not counted.
    const asked =
      'http_request_method="GET",http_response_status_code="200",network_protocol_name="http",network_protocol_version="1.1",url_scheme="http"'
    expect(text).toMatch(new RegExp(`^http_server_request_duration_seconds_count\\{.*,${asked}\\} 1$`, 'm'))
    expect(text).toMatch(new RegExp(`^http_server_response_body_size_bytes_sum\\{.*,${asked}\\} 5$`, 'm'))
    expect(text.match(/^http_server_request_body_size_bytes_count/gm)).toHaveLength(1)
    await until(() => sidecar.output().includes('"m"'), 'the log line')
    const lines = sidecar
      .output()
      .split('\n')
      .filter((line) => line.includes('"m"'))
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { m: 'GET', u: '/a?b=%22', s: 200, r: 'hello-00001', t: trace, l: expect.any(Number) }
    ])
    // Seconds, to the nanosecond.
    expect(lines[0]).toMatch(/"l": [0-9]+(\.[0-9]{1,9})?\}/)
  })

  it('loses no request of a running load when it is told to end, and exits 0', async () => {
    const sidecar = await start({ CONTAINER_CONCURRENCY: '10' })
    const agent = new Agent({ keepAlive: true, maxSockets: 20 })
    let stopping = false
    let answered = 0
    const failures: string[] = []
    const load = Array.from({ length: 20 }, async () => {
      while (!stopping) {
        const answer = await ask(sidecar.port, '/sleep?ms=5', { agent })
        if (answer.text === 'slept') answered++
        else failures.push(answer.text)
      }
    })
    await until(() => answered > 100, 'the load to run')
    sidecar.child.kill('SIGTERM')
    const before = answered
    const draining = await untilStatus(sidecar.port, 503)
    expect(draining).toBe('shutting down\n')
    await until(() => answered > before + 200, 'requests to be served while draining')
    // A pod is out of the endpoints by then: the senders go elsewhere, and the drain finds its quiet.
    stopping = true
    await Promise.all(load)
    const inFlight = ask(sidecar.port, '/hold', { agent })
    await until(() => app.holding === 1, 'the last request in the app')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(sidecar.exit()).toBeUndefined()
    app.release()
    expect((await inFlight).text).toBe('held')
    expect(failures).toEqual([])
    await until(
      () => sidecar.exit() !== undefined,
      () => `the process to end; it said ${sidecar.output()}`,
      60_000
    )
    expect(sidecar.exit()).toBe(0)
    agent.destroy()
  })

  it('survives a SIGTERM before it is composed, and drains', async () => {
    const sidecar = await start({ QUEUE_DRAIN_QUIET_SECONDS: '3' })
    sidecar.child.kill('SIGTERM')
    expect((await ask(sidecar.port, '/')).text).toBe('hello')
    await until(
      () => sidecar.exit() !== undefined,
      () => `the process to end; it said ${sidecar.output()}`,
      60_000
    )
    expect(sidecar.exit()).toBe(0)
  })

  it('serves again when only the app was restarted', async () => {
    const sidecar = await start()
    // The drain lasts a second: where that went by unseen, another one is begun.
    let seen = 0
    for (let round = 0; round < 30 && seen !== 503; round++) {
      const together = [ask(sidecar.adminPort, '/wait-for-drain'), ask(sidecar.adminPort, '/wait-for-drain')]
      seen = (await askHealth(sidecar.port)).status
      expect((await Promise.all(together)).map(({ status }) => status)).toEqual([200, 200])
    }
    expect(seen).toBe(503)
    await untilStatus(sidecar.port, 200)
    expect((await ask(sidecar.adminPort, '/other')).status).toBe(404)
  })

  it('serves TLS where the pod has a certificate, and plain HTTP beside it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'certs-'))
    try {
      const { cert, key } = await selfSigned('kn-user-default')
      await writeFile(join(directory, 'tls.crt'), cert)
      await writeFile(join(directory, 'tls.key'), key)
      const tlsPort = await freePort()
      const { port } = await start({ QUEUE_CERTIFICATE_DIRECTORY: directory, QUEUE_SERVING_TLS_PORT: String(tlsPort) })
      const secure = await new Promise<string>((resolve, reject) => {
        const options = { port: tlsPort, host: '127.0.0.1', servername: 'kn-user-default', ca: cert, path: '/' }
        get(options, (response) => response.on('data', (bytes: Buffer) => resolve(bytes.toString()))).on('error', reject)
      })
      expect([secure, (await ask(port, '/')).text]).toEqual(['hello', 'hello'])
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('names the certificate that cannot be used, and exits 1', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'certs-'))
    try {
      for (const file of ['tls.crt', 'tls.key']) await writeFile(join(directory, file), 'nonsense')
      const sidecar = await start({ QUEUE_CERTIFICATE_DIRECTORY: directory })
      expect(sidecar.exit()).toBe(1)
      expect(sidecar.output()).toContain(`certificate in ${directory}: `)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('names each variable that is missing or wrong, and exits 1', async () => {
    const sidecar = await start({ CONTAINER_CONCURRENCY: 'many', SERVING_READINESS_PROBE: '{"exec":{}}', USER_PORT: '0' })
    expect(sidecar.exit()).toBe(1)
    expect(sidecar.output()).toBe(
      'queue-proxy cannot start:\n' +
        '  variable SERVING_READINESS_PROBE: a readiness probe needs httpGet, tcpSocket or grpc\n' +
        '  variable CONTAINER_CONCURRENCY is "many": want a whole number from 0\n' +
        '  variable USER_PORT is "0": want a whole number from 1 to 65535\n'
    )
  })
})

function fateOf(answer: Promise<unknown>): Promise<'answered' | 'broken'> {
  return answer.then(
    () => 'answered',
    () => 'broken'
  )
}

/** Waits until so many requests run or wait. Metrics are served a little later than requests are. */
async function untilDepth(metricsPort: number, depth: number): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const text = await ask(metricsPort, '/metrics').then(
      (answer) => answer.text,
      (error: Error) => error.message
    )
    if (new RegExp(`^kn_serving_queue_depth\\{.*\\} ${depth}$`, 'm').test(text)) return
    if (performance.now() > deadline) throw new Error(`the queue never had ${depth}: ${text}`)
  }
}

/** Asks for health until it has `status`, and gives the body. */
async function untilStatus(port: number, status: number): Promise<string> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const answer = await askHealth(port)
    if (answer.status === status) return answer.text
    if (performance.now() > deadline) throw new Error(`health stayed ${answer.status}, waited for ${status}`)
  }
}

/** The double fields of a Stat by number. */
function doublesOf(stat: Buffer): Map<number, number> {
  const values = new Map<number, number>()
  for (let at = stat.length === 0 ? 0 : 2 + (stat[1] ?? 0); at < stat.length && ((stat[at] ?? 0) & 7) === 1; at += 9) {
    values.set((stat[at] ?? 0) >> 3, stat.readDoubleLE(at + 1))
  }
  return values
}
