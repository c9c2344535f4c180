/**
 * What an installation costs while one Service at scale 1 has nothing to do: memory and processor time of all its pods, writes of the whole cluster.
 * `npm run bench -- cluster-idle [--seconds=60] --rig DIR`, on the machine that is the node.
 */
import { knativeServices, type Service } from '@knative-ts/api'
import { namespaces, pods } from '@knative-ts/api/kubernetes'
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { until } from '../rig/until.ts'
import { apiWrites, sumOf, writesBetween } from './rig/api-writes.ts'
import { onCluster } from './rig/cluster.ts'
import { cpuSeconds, type ContainerProcesses, processesOf } from './rig/pod-processes.ts'
import { rssMiB } from './rig/rss.ts'
import { Sightings } from './rig/sightings.ts'
import { created } from './rig/sleepers.ts'

const bench = 'cluster-idle'
/** What the creation made everybody do is over. */
const settleMs = 20_000

const total = (all: readonly ContainerProcesses[], of: (pid: number) => number): number =>
  all.reduce((sum, { pids }) => sum + pids.reduce((own, pid) => own + of(pid), 0), 0)

await onCluster({ runs: 1, seconds: 60 }, async (cluster) => {
  const { client, namespace, seconds } = cluster
  // What an earlier bench leaves is taken away by everybody who is measured here.
  const leaving = async (): Promise<boolean> =>
    (await client.list(namespaces, {})).items.some(({ status }) => status?.phase === 'Terminating')
  await until('nothing is being deleted', async () => !(await leaving()), 300_000, 2_000)
  const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms))
  const seen = await Sightings.of<Service>(client, knativeServices, namespace)
  await created(cluster, seen, ['idle'], { 'autoscaling.knative.dev/min-scale': '1', 'autoscaling.knative.dev/window': '60s' })
  seen.close()
  await pause(settleMs)
  const system = processesOf((await client.list(pods, { namespace: 'knative-serving' })).items)
  const sidecars = processesOf((await client.list(pods, { namespace })).items).filter(({ container }) => container === 'queue-proxy')
  const look = () => ({ atMs: performance.now(), cpu: system.map((one) => total([one], cpuSeconds)), sidecar: total(sidecars, cpuSeconds) })

  const before = { ...look(), writes: await apiWrites(client) }
  await pause(seconds * 1_000)
  const after = { ...look(), writes: await apiWrites(client) }

  const span = (after.atMs - before.atMs) / 1_000
  const cpu = system.map(({ container }, index) => [container, ((after.cpu[index] ?? 0) - (before.cpu[index] ?? 0)) / span] as const)
  const sum = cpu.reduce((all, [, share]) => all + share, 0)
  const each = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
    Object.fromEntries(
      entries.map(([name, value], index) => [entries.findIndex(([other]) => other === name) === index ? name : `${name}-${index}`, value])
    )
  const rss = system.map((one) => [one.container, Number(total([one], rssMiB).toFixed(1))] as const)
  figure(bench, 'rss_mib', total(system, rssMiB), 'MiB', { goal: 480, ...each(rss) })
  figure(bench, 'millicores', 1_000 * sum, 'm', {
    goal: 15,
    ...each(cpu.map(([name, share]) => [name, Number((1_000 * share).toFixed(1))] as const)),
    ...machine()
  })
  figure(bench, 'queue_proxy_rss_mib', total(sidecars, rssMiB), 'MiB', { goal: 80 })
  figure(bench, 'queue_proxy_millicores', (1_000 * (after.sidecar - before.sidecar)) / span, 'm')
  const written = writesBetween(before.writes, after.writes)
  figure(bench, 'api_writes_per_minute', (60 * sumOf(written)) / span, 'writes', { goal: 40, ...Object.fromEntries(written.byResource) })
})
