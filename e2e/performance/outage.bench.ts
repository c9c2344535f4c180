/**
 * The API server away from every role for minutes: what it costs of requests and pods, and how long until everything is as it was asked for meanwhile.
 * `npm run bench -- outage [SECONDS]`, 300 unless told. Users, node agent and built-in controllers still reach it: what changes is there to be caught up with.
 */
import { isReady, knativeServices, type Service } from '@knative-ts/api'
import { pods } from '@knative-ts/api/kubernetes'
import { isNotFound, loadClusterConfig, type KubeClient } from '@knative-ts/kube'
import { figure } from '../rig/figure.ts'
import { interruptedServer } from '../rig/interrupted-server.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { startLoad } from '../rig/load.ts'
import { machine } from '../rig/machine.ts'
import { replicate } from '../rig/replicated-roles.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'
import { onStandalone, type BenchStandalone } from './rig/on-standalone.ts'

const bench = 'outage'
const awayMs = Number(process.argv[2] ?? 300) * 1_000
const namespace = 'default'
const patienceMs = 120_000
const atZero = { 'autoscaling.knative.dev/initial-scale': '0' }
const two = { 'autoscaling.knative.dev/min-scale': '2', 'autoscaling.knative.dev/max-scale': '3' }

/** Uids of the pods of a Service, in order. */
async function podsOfService(client: KubeClient, name: string): Promise<string> {
  const { items } = await client.list(pods, { namespace, labelSelector: `serving.knative.dev/service=${name}` })
  return items
    .map(({ metadata }) => metadata.uid ?? '')
    .sort()
    .join()
}

const isGone = (client: KubeClient, name: string): Promise<boolean> =>
  client.get(knativeServices, { namespace, name }).then(
    () => false,
    (error: unknown) => {
      if (isNotFound(error)) return true
      throw error
    }
  )

async function isUpToDate(client: KubeClient, name: string): Promise<boolean> {
  const service = await client.get(knativeServices, { namespace, name })
  return isReady(service) && service.status?.observedGeneration === service.metadata.generation
}

/** What users ask for while nobody hears of it. */
async function askMeanwhile(client: KubeClient): Promise<void> {
  const { template } = serviceOf({ name: 'changing', annotations: atZero, env: { GENERATION: '2' } }).spec
  await client.patch<Service>(knativeServices, { namespace, name: 'changing' }, { type: 'merge', body: { spec: { template } } })
  await client.delete(knativeServices, { namespace, name: 'leaving' })
  await client.create(knativeServices, serviceOf({ name: 'coming', annotations: atZero }))
}

async function measure({ client, standalone, http }: BenchStandalone): Promise<void> {
  const { hostname, port } = new URL((await loadClusterConfig({ KUBECONFIG: standalone.kubeconfig })).server)
  const server = await interruptedServer(client, { host: hostname, port: Number(port) })
  const env = { KUBERNETES_SERVICE_PORT: String(server.port) }
  await configure(client, 'config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  // The webhook does not ask the API server about each admission: a user's writes are admitted all the time.
  for (const role of ['activator', 'webhook', 'gateway'] as const) await replicate(client, role, 1, env)
  for (const role of ['controller', 'autoscaler'] as const) await replicate(client, role, 2, env)
  for (const name of ['changing', 'leaving', 'asleep']) await client.create(knativeServices, serviceOf({ name, annotations: atZero }))
  await client.create(knativeServices, serviceOf({ name: 'steady', annotations: two }))
  for (const name of ['changing', 'leaving', 'asleep', 'steady']) await readyService(client, name, patienceMs)
  const [steady, asleep] = (await Promise.all(['steady', 'asleep'].map((name) => readyService(client, name)))).map(hostOf)
  const before = await podsOfService(client, 'steady')
  const load = startLoad({ port: standalone.gatewayPort, host: steady ?? '', connections: 10, reconnect: false, pauseMs: 100 })

  await server.cut()
  await askMeanwhile(client)
  await new Promise((resolve) => setTimeout(resolve, awayMs))
  if (server.open() > 0) throw new Error('somebody reached the API server while it was away')
  const duringSent = load.sent()
  const after = await podsOfService(client, 'steady')
  const began = performance.now()
  await server.mend()
  await until('what went away is gone', () => isGone(client, 'leaving'), patienceMs, 100)
  await until('what changed is up to date', () => isUpToDate(client, 'changing'), patienceMs, 100)
  await until('what came is up to date', () => isUpToDate(client, 'coming'), patienceMs, 100)
  await until('one at zero wakes', async () => (await http.get(asleep ?? '')).status === 200, patienceMs, 100)
  const convergedMs = performance.now() - began
  await until('the load goes on', async () => load.sent() > duringSent + 100)
  const { failures, sent } = await load.stop()
  await server.close()

  const more = { away_s: awayMs / 1_000, ...machine() }
  figure(bench, 'failed', failures.length, 'requests', { goal: 0, sent, reasons: failures.slice(0, 5), ...more })
  figure(bench, 'pods_changed', before === after && after === (await podsOfService(client, 'steady')) ? 0 : 1, 'x', { goal: 0, ...more })
  figure(bench, 'converged_ms', convergedMs, 'ms', { goal: 60_000, ...more })
  if (failures.length > 0 || before !== after) process.exitCode = 1
}

await onStandalone(measure)
process.exit()
