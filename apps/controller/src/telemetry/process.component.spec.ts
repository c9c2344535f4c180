/** The bundled controller as a process of its own, following its configuration live. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { ConfigMap } from '@knative-ts/api/kubernetes'
import {
  bundleRole,
  eventually,
  fakeCluster,
  freePort,
  RoleProcess,
  startFakeApiServer,
  type BundledRole,
  type FakeApiServer,
  type FakeCluster
} from '@knative-ts/testing'
import { MetricReceiver } from '@knative-ts/testing/metric-receiver'
import { configMapOf, settledWorld } from '../testing/stand-ins.ts'

const token = 'a-token-that-nobody-may-read'

let bundle: BundledRole
let directory: string
let cluster: FakeCluster
let server: FakeApiServer
let receiver: MetricReceiver
let role: RoleProcess
let profilingPort: number

beforeAll(async () => {
  bundle = await bundleRole(fileURLToPath(new URL('../main.ts', import.meta.url)))
  directory = await mkdtemp(join(tmpdir(), 'controller-'))
  cluster = fakeCluster({ objects: settledWorld() })
  server = await startFakeApiServer({ cluster })
  receiver = await MetricReceiver.start()
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: server.url } }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }]
  }
  await writeFile(join(directory, 'kubeconfig'), JSON.stringify(kubeconfig))
  profilingPort = await freePort()
  const env = {
    KUBECONFIG: join(directory, 'kubeconfig'),
    POD_NAME: 'controller-1',
    POD_UID: '1',
    SYSTEM_NAMESPACE: 'knative-serving',
    ROUTING_HOST: '127.0.0.1',
    ROUTING_PORT: '0',
    PROFILING_PORT: String(profilingPort)
  }
  role = await (await RoleProcess.start(bundle, { env })).ready()
}, 120_000)

afterAll(async () => {
  role?.kill('SIGKILL')
  await role?.ended
  await receiver?.close()
  await server?.kill()
  await bundle?.remove()
  await rm(directory, { recursive: true, force: true })
})

const configure = (name: string, data: Record<string, string>): void => {
  cluster.put(configMapOf(name, data) as ConfigMap)
}
const lines = () =>
  role.output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

it('sends its metrics while the configuration names a collector', async () => {
  configure('config-observability', {
    'metrics-protocol': 'http/protobuf',
    'metrics-endpoint': receiver.httpEndpoint,
    'metrics-export-interval': '100ms'
  })
  const received = (metric: string) => receiver.exports.flatMap(({ points }) => points).find((point) => point.metric === metric)
  const leader = await eventually(() => received('kn.leader'), 'an export')
  expect(leader.resource).toMatchObject({
    'service.name': 'controller',
    'k8s.namespace.name': 'knative-serving',
    'k8s.pod.name': 'controller-1'
  })
  // Some object changes, and the loops have something to do.
  cluster.put({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'hello', namespace: 'default' },
    spec: { template: { spec: { containers: [{ image: 'dev.local/hello' }] } } }
  } as never)
  const passed = await eventually(() => received('kn.workqueue.process.duration'), 'passes')
  expect(passed).toMatchObject({ kind: 'histogram', unit: 's', attributes: { name: expect.any(String) } })
  await eventually(() => received('http.client.request.duration'), 'calls of the API server')
  configure('config-observability', {})
  await eventually(() => role.output.includes('"message":"started leading"'), 'a leader')
}, 120_000)

it('logs in JSON at the level that is configured, and never its token', async () => {
  const logged = (fields: Record<string, unknown>): boolean =>
    lines().some((line) => Object.entries(fields).every(([name, value]) => line[name] === value))
  configure('config-logging', { 'loglevel.controller': 'debug' })
  await eventually(() => logged({ message: 'log level', level: 'debug' }), 'the new level')
  // An error is told at every level. The level that is none makes one, and changes nothing.
  configure('config-logging', { 'zap-logger-config': '{"level":"error"}', 'loglevel.controller': 'loud' })
  await eventually(() => logged({ severity: 'error', config: 'knative-serving/config-logging' }), 'an error')
  for (const line of lines()) {
    expect(line).toMatchObject({
      severity: expect.any(String),
      logger: 'controller',
      timestamp: expect.any(String),
      message: expect.any(String)
    })
  }
  expect(role.output).not.toContain(token)
}, 120_000)

it('opens its profiles while they are enabled', async () => {
  const ask = (): Promise<number> =>
    new Promise((resolve) => {
      const request = get({ host: '127.0.0.1', port: profilingPort, path: '/debug/pprof/' }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      request.on('error', () => resolve(0))
    })
  expect(await ask()).toBe(0)
  configure('config-observability', { 'runtime-profiling': 'enabled' })
  await eventually(async () => (await ask()) === 200, 'the port')
  configure('config-observability', {})
  await eventually(async () => (await ask()) === 0, 'the port is closed')
}, 120_000)
