/** What making Services costs: one alone in writes, 50 at once without pods and 10 at once with one each in time. `npm run bench -- cluster-services --rig DIR` */
import { isReady, knativeServices, type Service } from '@knative-ts/api'
import { pods } from '@knative-ts/api/kubernetes'
import { epochMs } from '../rig/epoch.ts'
import { figure, percentile } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { until } from '../rig/until.ts'
import { apiWrites, type ApiWrites, sumOf, writesBetween } from './rig/api-writes.ts'
import { type Cluster, onCluster } from './rig/cluster.ts'
import { configured } from './rig/cluster-config.ts'
import { serviceIn } from './rig/cluster-objects.ts'
import { Sightings } from './rig/sightings.ts'

const bench = 'cluster-services'
const atZero = { 'autoscaling.knative.dev/initial-scale': '0' }
/** Renewed all the time, whether or not there is a Service. */
const steady = ['leases']

/** Milliseconds from the moment at which all were asked for to Ready, of each. */
async function readyTimes(cluster: Cluster, seen: Sightings<Service>, prefix: string, count: number, annotations = {}): Promise<number[]> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
  const beganMs = epochMs()
  const creations = names.map((name) => cluster.client.create(knativeServices, serviceIn(cluster, name, annotations)))
  const times = names.map(async (name) => {
    const { atMs } = await seen.first(`${name} is Ready`, (service) => service.metadata.name === name && isReady(service))
    return atMs - beganMs
  })
  const [ready] = await Promise.all([Promise.all(times), Promise.all(creations)])
  return ready
}

/** Resolves once no pod of the whole cluster is on its way out: those of a bench before would be counted here. */
function nobodyLeaves(client: Cluster['client']): Promise<true> {
  const left = async (): Promise<boolean> =>
    (await client.list(pods)).items.every(({ metadata }) => metadata.deletionTimestamp === undefined)
  return until('pods of before are gone', left, 120_000, 1000)
}

async function removed({ client, namespace }: Pick<Cluster, 'client' | 'namespace'>): Promise<void> {
  const { items } = await client.list<Service>(knativeServices, { namespace })
  await Promise.all(items.map(({ metadata: { name = '' } }) => client.delete(knativeServices, { namespace, name })))
  const gone = async (): Promise<boolean> =>
    (await client.list(pods, { namespace })).items.every(({ metadata }) => metadata.deletionTimestamp !== undefined)
  await until('pods end', gone, 60_000, 500)
  await quiet(client)
}

/** Resolves with the count once nobody has written anything but leases for 4 s; the count is of the end of that. */
async function quiet(client: Cluster['client']): Promise<ApiWrites> {
  let [last, since] = [await apiWrites(client), performance.now()]
  return until(
    'the cluster is quiet',
    async () => {
      const now = await apiWrites(client)
      if (sumOf(writesBetween(last, now), steady) > 0) [last, since] = [now, performance.now()]
      return performance.now() - since > 4_000 && now
    },
    120_000,
    500
  )
}

await onCluster({ runs: 3, seconds: 1 }, async (cluster) => {
  const { client, namespace, runs } = cluster
  const seen = await Sightings.of<Service>(client, knativeServices, namespace)
  await configured(cluster, 'config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  await nobodyLeaves(client)
  for (const [name, annotations] of [
    ['writes_per_service', atZero],
    // With a pod, kubelet, scheduler and Deployment's controllers write more than we do: told, and without a goal.
    ['writes_per_service_with_pod', {}]
  ] as const) {
    const written: ApiWrites[] = []
    for (let run = 0; run < runs; run++) {
      const before = await quiet(client)
      await readyTimes(cluster, seen, `alone-${name.length}-${run}`, 1, annotations)
      written.push(writesBetween(before, await quiet(client)))
    }
    const most = written.toSorted((a, b) => sumOf(b, steady) - sumOf(a, steady))[0] as ApiWrites
    figure(bench, name, sumOf(most, steady), 'writes', {
      ...(name === 'writes_per_service' ? { goal: 60 } : {}),
      runs,
      ...Object.fromEntries(most.byResource)
    })
    const conflicts = Math.max(...written.map((each) => each.conflicts))
    figure(bench, name.replace('writes', 'conflicts'), conflicts, 'writes', {
      ...(name === 'writes_per_service' ? { goal: 2 } : {}),
      runs
    })
  }
  await removed(cluster)
  const fifty = await readyTimes(cluster, seen, 'zero', 50, atZero)
  const worst = (times: readonly number[]): number => Math.round(Math.max(...times))
  figure(bench, 'ready_p95_ms', percentile(fifty, 0.95), 'ms', { goal: 5000, services: 50, worst: worst(fifty), ...machine() })
  await removed(cluster)
  const ten = await readyTimes(cluster, seen, 'one', 10)
  figure(bench, 'ready_10_p95_ms', percentile(ten, 0.95), 'ms', { goal: 3500, services: 10, worst: worst(ten), ...machine() })
})
