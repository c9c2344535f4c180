/**
 * What many Services cost a whole standalone: created, updated and deleted at 10 a second, without pods. `npm run bench -- services [N,N,N]`, 10, 100 and 1,000
 * unless told, each on a standalone of its own.
 */
import { isReady, knativeServices, revisions, type Service } from '@knative-ts/api'
import { configMaps, pods } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { epochMs } from '../rig/epoch.ts'
import { figure, percentile } from '../rig/figure.ts'
import { serviceOf } from '../rig/knative-service.ts'
import { machine } from '../rig/machine.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'
import { onStandalone, type BenchStandalone } from './rig/on-standalone.ts'
import { apiWrites, sumOf, writesBetween } from './rig/api-writes.ts'
import { processorMs, residentMiB, rolePids } from './rig/role-costs.ts'
import { Sightings } from './rig/sightings.ts'

const bench = 'services'
const counts = (process.argv[2] ?? '10,100,1000').split(',').map(Number)
const perSecond = 10
const namespace = 'default'
/** Renewed all the time, whether or not there is a Service. */
const steady = ['leases']
const goals = { readyMs: 2_000, flatness: 1.2, writes: 40, rssMiB: 250 }
const mostMs = 300_000

const annotations = { 'autoscaling.knative.dev/initial-scale': '0' }
const namesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `many-${index}`)

/** Begins one after the other at that pace, and resolves when all are done. */
async function paced<T>(names: readonly string[], one: (name: string) => Promise<T>): Promise<T[]> {
  const began = performance.now()
  return Promise.all(
    names.map(async (name, index) => {
      const waitMs = began + (index * 1_000) / perSecond - performance.now()
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      return one(name)
    })
  )
}

/** Milliseconds from the request to Ready for what it asked for. */
async function untilReady(seen: Sightings<Service>, name: string, ask: () => Promise<Service>): Promise<number> {
  const beganMs = epochMs()
  const { metadata } = await ask()
  const isIt = (service: Service): boolean =>
    service.metadata.name === name && service.status?.observedGeneration === metadata.generation && isReady(service)
  const { atMs } = await seen.first(`${name} is Ready`, isIt, beganMs, mostMs)
  return atMs - beganMs
}

async function nothingLeft(client: KubeClient): Promise<void> {
  await until(
    'all Services are gone',
    async () => (await client.list<Service>(knativeServices, { namespace })).items.length === 0,
    mostMs,
    500
  )
  await until('all revisions are gone', async () => (await client.list(revisions, { namespace })).items.length === 0, mostMs, 500)
}

/** Nobody has written anything but leases for two seconds. */
async function quiet(client: KubeClient): Promise<void> {
  let [last, since] = [await apiWrites(client), performance.now()]
  await until(
    'the cluster is quiet',
    async () => {
      const now = await apiWrites(client)
      if (sumOf(writesBetween(last, now), steady) > 0) [last, since] = [now, performance.now()]
      return performance.now() - since > 2_000
    },
    mostMs,
    500
  )
}

interface Outcome {
  readonly readyP95Ms: number
  readonly apiserverMiB: number
  readonly controllerMiB: number
}

async function measure({ standalone, client }: BenchStandalone, count: number): Promise<Outcome> {
  const pids = rolePids(standalone, ['controller', 'webhook', 'autoscaler', 'activator', 'gateway'])
  const names = namesOf(count)
  await configure(client, 'config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  // The first Service of all finds code that nothing has run yet.
  const seen = await Sightings.of<Service>(client, knativeServices, namespace)
  await untilReady(seen, 'first', () => client.create(knativeServices, serviceOf({ name: 'first', annotations })))
  await quiet(client)

  const before = await apiWrites(client)
  const spent = processorMs(pids)
  const created = await paced(names, (name) =>
    untilReady(seen, name, () => client.create(knativeServices, serviceOf({ name, annotations })))
  )
  await quiet(client)
  const written = writesBetween(before, await apiWrites(client))
  const costs = [...processorMs(pids)].map(([role, ms]) => [role, (ms - (spent.get(role) ?? 0)) / count] as const)
  const resident = residentMiB(pids)
  const more = { services: count, ...machine() }
  const readyP95Ms = percentile(created, 0.95)
  figure(bench, `ready_p50_ms_${count}`, percentile(created, 0.5), 'ms', more)
  figure(bench, `ready_p95_ms_${count}`, readyP95Ms, 'ms', { goal: goals.readyMs, worst: Math.round(Math.max(...created)), ...more })
  const each = Object.fromEntries([...written.byResource].map(([kind, sum]) => [kind, Number((sum / count).toFixed(1))]))
  figure(bench, `writes_per_service_${count}`, sumOf(written, steady) / count, 'writes', {
    goal: goals.writes,
    conflicts: written.conflicts,
    ...each
  })

  const cpuMs = costs.reduce((sum, [, ms]) => sum + ms, 0)
  figure(bench, `cpu_ms_per_service_${count}`, cpuMs, 'ms', Object.fromEntries(costs.map(([role, ms]) => [role, Number(ms.toFixed(1))])))

  const updated = await paced(names, (name) => {
    const { template } = serviceOf({ name, annotations, env: { GENERATION: '2' } }).spec
    return untilReady(seen, name, () =>
      client.patch<Service>(knativeServices, { namespace, name }, { type: 'merge', body: { spec: { template } } })
    )
  })
  figure(bench, `updated_p95_ms_${count}`, percentile(updated, 0.95), 'ms', { worst: Math.round(Math.max(...updated)), ...more })

  const began = performance.now()
  await paced([...names, 'first'], (name) => client.delete(knativeServices, { namespace, name }))
  await nothingLeft(client)
  figure(bench, `deleted_ms_${count}`, performance.now() - began, 'ms', more)
  seen.close()
  const strangers = (await client.list(pods, { namespace })).items.length + (await client.list(configMaps, { namespace })).items.length - 1
  if (strangers > 0) throw new Error(`${strangers} pods and ConfigMaps are left`)
  return { readyP95Ms, apiserverMiB: resident.get('apiserver') ?? Number.NaN, controllerMiB: resident.get('controller') ?? Number.NaN }
}

const outcomes = new Map<number, Outcome>()
for (const count of counts) {
  const outcome = await onStandalone((bench) => measure(bench, count))
  if (outcome === undefined) break
  outcomes.set(count, outcome)
}
const [least, most] = [outcomes.get(Math.min(...counts)), outcomes.get(Math.max(...counts))]
if (least !== undefined && most !== undefined) {
  const count = Math.max(...counts)
  figure(bench, 'flatness_x', most.readyP95Ms / least.readyP95Ms, 'x', { goal: goals.flatness })
  figure(bench, `controller_rss_mib_${count}`, most.controllerMiB, 'MiB', { goal: goals.rssMiB })
  figure(bench, `apiserver_rss_mib_${count}`, most.apiserverMiB, 'MiB', { goal: goals.rssMiB })
}
process.exit()
