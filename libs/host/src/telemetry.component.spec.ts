import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { bundleRole, eventually, freePort, type BundledRole } from '@knative-ts/testing'
import { MetricReceiver } from '@knative-ts/testing/metric-receiver'
import { quietSettings, type TelemetrySettings } from '@knative-ts/telemetry/settings'

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** A real role process, told its settings while it runs. */
class LiveRole {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  readonly ports: { readonly probe: number; readonly profiling: number; readonly exposition: number }
  output = ''

  private constructor(bundle: BundledRole, ports: LiveRole['ports'], env: Readonly<Record<string, string>>) {
    this.ports = ports
    this.child = fork(bundle.file, [], {
      env: { PATH: process.env['PATH'] ?? '', PROBE_PORT: String(ports.probe), PROFILING_PORT: String(ports.profiling), ...env },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc']
    })
    this.ended = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)))
    this.child.stdout?.on('data', (chunk) => (this.output += String(chunk)))
  }

  static async start(bundle: BundledRole, env: Readonly<Record<string, string>> = {}): Promise<LiveRole> {
    const role = new LiveRole(bundle, { probe: await freePort(), profiling: await freePort(), exposition: await freePort() }, env)
    await eventually(async () => (await role.ask('/livez')) !== undefined, 'the role answers')
    await eventually(() => role.output.includes('fixture started'), 'the role has started')
    return role
  }

  tell(settings: Partial<TelemetrySettings>): void {
    this.child.send({ ...quietSettings, ...settings })
  }

  /** Undefined while nobody listens. */
  ask(path: string, port = this.ports.probe): Promise<Answer | undefined> {
    return fetch(`http://127.0.0.1:${port}${path}`).then(
      async (response) => ({ status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }),
      () => undefined
    )
  }

  /** What was logged, as objects. */
  lines(): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }
}

describe('the telemetry of a role', () => {
  let bundle: BundledRole
  const running: LiveRole[] = []
  const start = async (env?: Readonly<Record<string, string>>): Promise<LiveRole> => {
    const role = await LiveRole.start(bundle, env)
    running.push(role)
    return role
  }
  beforeAll(async () => {
    bundle = await bundleRole(fileURLToPath(new URL('./role.fixture.ts', import.meta.url)))
  })
  afterEach(async () => {
    for (const role of running.splice(0)) {
      role.child.kill('SIGKILL')
      await role.ended
    }
  })
  afterAll(() => bundle.remove())

  it('has probes that name each check on demand, and a liveness that is no readiness', async () => {
    const role = await start({ FIXTURE_SICK: 'has lost its mind' })
    expect(await role.ask('/livez')).toMatchObject({ status: 503, text: 'first: has lost its mind\n' })
    expect(await role.ask('/healthz?verbose')).toMatchObject({
      status: 503,
      text: '[+]process ok\n[-]first: has lost its mind\n[+]second ok\nfailed\n'
    })
    expect(await role.ask('/readyz?verbose=1')).toMatchObject({ status: 200, text: '[+]shutdown ok\n[+]first ok\n[+]second ok\nok\n' })
    expect(await role.ask('/nothing')).toMatchObject({ status: 404 })
  })

  it('serves metrics at the probes’ port always', async () => {
    const role = await start()
    expect(await role.ask('/metrics')).toMatchObject({ status: 200, text: expect.stringContaining('target_info{service_name="fixture"') })
  })

  it('changes its level live, back and forth, and leaves secrets out', async () => {
    const role = await start()
    const details = (): number => role.lines().filter(({ message }) => message === 'a detail').length
    const errors = (): number => role.lines().filter(({ message }) => message === 'an error').length
    const speak = async (): Promise<void> => {
      const before = errors()
      role.child.kill('SIGUSR2')
      await eventually(() => errors() > before, 'the error is logged')
    }
    await speak()
    expect(details()).toBe(0)
    role.tell({ logLevel: 'debug' })
    await eventually(() => role.lines().some(({ level }) => level === 'debug'), 'the new level')
    await speak()
    expect(details()).toBe(1)
    expect(role.lines().find(({ message }) => message === 'a detail')).toMatchObject({
      severity: 'debug',
      logger: 'fixture',
      key: 'default/hello',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)
    })
    expect(role.output).not.toContain('top-secret')
    role.tell({})
    await eventually(() => role.lines().some(({ level }) => level === 'info'), 'the level of the start')
    await speak()
    expect(details()).toBe(1)
  })

  it('listens where config-observability says while the protocol is prometheus, and no longer', async () => {
    const role = await start()
    const port = role.ports.exposition
    expect(await role.ask('/metrics', port)).toBeUndefined()
    role.tell({ metrics: { protocol: 'prometheus', endpoint: `127.0.0.1:${port}`, exportIntervalMs: 0 } })
    const answer = await eventually(() => role.ask('/metrics', port), 'metrics are served')
    expect(answer).toMatchObject({
      status: 200,
      type: expect.stringContaining('version=0.0.4'),
      text: expect.stringContaining('target_info')
    })
    role.tell({})
    await eventually(async () => (await role.ask('/metrics', port)) === undefined, 'the port is closed')
  })

  it('sends metrics while there is a collector in the configuration, moves to another, and stops', async () => {
    const [one, two] = [await MetricReceiver.start(), await MetricReceiver.start()]
    try {
      const role = await start({ POD_NAME: 'fixture-1' })
      role.tell({ metrics: { protocol: 'http/protobuf', endpoint: one.httpEndpoint, exportIntervalMs: 50 } })
      await eventually(() => one.exports.length > 1, 'exports to the first')
      expect(one.exports[0]?.points).toContainEqual(
        expect.objectContaining({
          metric: 'process.uptime',
          resource: { 'service.name': 'fixture', 'k8s.pod.name': 'fixture-1', 'service.instance.id': 'fixture-1' }
        })
      )
      role.tell({ metrics: { protocol: 'grpc', endpoint: two.grpcEndpoint, exportIntervalMs: 50 } })
      await eventually(() => two.exports.length > 1, 'exports to the second')
      const sent = one.exports.length
      await eventually(() => two.exports.length > 4, 'more exports to the second')
      expect(one.exports.length).toBe(sent)
      role.child.kill('SIGTERM')
      expect(await role.ended).toBe(0)
    } finally {
      await one.close()
      await two.close()
    }
  })

  it('goes on, and says what is wrong, when the configuration names a port that is taken', async () => {
    const role = await start()
    role.tell({ metrics: { protocol: 'prometheus', endpoint: `:${role.ports.probe}`, exportIntervalMs: 0 } })
    await eventually(() => role.output.includes(`cannot listen on port ${role.ports.probe}`), 'the error')
    expect(await role.ask('/readyz')).toMatchObject({ status: 200 })
  })

  it('takes profiles while profiling is enabled, one at a time, and closes the port after', async () => {
    const role = await start()
    const port = role.ports.profiling
    expect(await role.ask('/debug/pprof/', port)).toBeUndefined()
    role.tell({ runtime: { profiling: true } })
    await eventually(async () => (await role.ask('/debug/pprof/', port))?.status === 200, 'the profiling port')
    const long = role.ask('/debug/pprof/profile?seconds=60', port)
    await eventually(async () => (await role.ask('/debug/pprof/heap?seconds=1', port))?.status === 409, 'a profile that runs alone')
    role.tell({ runtime: { profiling: false } })
    await long
    await eventually(async () => (await role.ask('/debug/pprof/', port)) === undefined, 'the port is closed')
    role.tell({ runtime: { profiling: true } })
    await eventually(async () => (await role.ask('/debug/pprof/', port))?.status === 200, 'the profiling port again')
    const packed = await fetch(`http://127.0.0.1:${port}/debug/pprof/profile?seconds=0.3`)
    // gzip
    expect([...new Uint8Array(await packed.arrayBuffer()).slice(0, 2)]).toEqual([0x1f, 0x8b])
    const cpu = await role.ask('/debug/pprof/profile?seconds=0.3&format=v8', port)
    expect(JSON.parse(cpu?.text ?? '')).toMatchObject({ nodes: expect.any(Array), samples: expect.any(Array) })
    const heap = await role.ask('/debug/pprof/heap?seconds=0.3&format=v8', port)
    expect(JSON.parse(heap?.text ?? '')).toMatchObject({ head: expect.any(Object), samples: expect.any(Array) })
    expect(await role.ask('/debug/pprof/heapsnapshot', port)).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^\{"snapshot":\{"meta":/)
    })
    expect(await role.ask('/debug/pprof/profile?seconds=x', port)).toMatchObject({ status: 400 })
    expect(await role.ask('/debug/pprof/other', port)).toMatchObject({ status: 404 })
  })
})
