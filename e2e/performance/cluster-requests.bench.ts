/**
 * What the path to a pod costs, on processors that load, roles and user container share: the same container asked directly, through the gateway, and through the
 * activator as well, by turns. `npm run bench -- cluster-requests [ROUNDS] [--seconds=2] --rig DIR`
 */
import { knativeServices, type Service } from '@knative-ts/api'
import { pods } from '@knative-ts/api/kubernetes'
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { type Cluster, onCluster } from './rig/cluster.ts'
import { type Load, turn, type Turn } from './rig/load.ts'
import { median, rounds } from './rig/pairs.ts'
import { Sightings } from './rig/sightings.ts'
import { created } from './rig/sleepers.ts'

const bench = 'cluster-requests'
const connections = 32
const perSecond = 800

interface Path {
  readonly name: 'direct' | 'gateway' | 'activator'
  readonly address: string
  readonly host?: string
}

/** One Service is behind the activator always, one never unless it sleeps; both stay at one pod. */
async function pathsOf(cluster: Cluster): Promise<readonly Path[]> {
  const { client, namespace, gateway } = cluster
  const seen = await Sightings.of<Service>(client, knativeServices, namespace)
  const scale = { 'autoscaling.knative.dev/min-scale': '1', 'autoscaling.knative.dev/max-scale': '1' }
  const burst = 'autoscaling.knative.dev/target-burst-capacity'
  const [near] = await created(cluster, seen, ['near'], { ...scale, [burst]: '0' })
  const [far] = await created(cluster, seen, ['far'], { ...scale, [burst]: '-1' })
  seen.close()
  const labelSelector = `serving.knative.dev/revision=${near?.revision}`
  const ip = (await client.list(pods, { namespace, labelSelector })).items[0]?.status?.podIP
  if (near === undefined || far === undefined || ip === undefined) throw new Error('the pod to be asked directly has no address')
  const front = `${gateway.ip}:${gateway.port}`
  return [
    { name: 'direct', address: `${ip}:8080` },
    { name: 'gateway', address: front, host: near.host },
    { name: 'activator', address: front, host: far.host }
  ]
}

await onCluster({ runs: 6, seconds: 2 }, async (cluster) => {
  const { anchor, runs, seconds } = cluster
  const paths = await pathsOf(cluster)
  const take =
    (load: Partial<Load>) =>
    ({ address, host }: Path, round: number): Promise<Turn> =>
      turn(anchor('load'), { address, ...(host === undefined ? {} : { host }), seconds, pin: false, seed: round + 1, ...load })
  // Code that has not been compiled, pools that are empty, the activator out of a path where it is not wanted.
  await rounds(2, paths, take({ connections }))

  const closed = await rounds(runs, paths, take({ connections }))
  const rates = closed.map((turns) => turns.map(({ requests, seconds: lasted }) => requests / lasted))
  const share = (index: number): readonly number[] => rates.map((round) => (round[index] ?? Number.NaN) / (round[0] ?? Number.NaN))
  for (const [index, goal] of [
    [1, 0.4],
    [2, 0.3]
  ] as const) {
    const values = share(index)
    figure(bench, `${paths[index]?.name}_x`, median(values), 'x', {
      goal,
      from: Number(Math.min(...values).toFixed(3)),
      to: Number(Math.max(...values).toFixed(3)),
      per_second: Math.round(median(rates.map((round) => round[index] ?? Number.NaN))),
      direct_per_second: Math.round(median(rates.map((round) => round[0] ?? Number.NaN))),
      rounds: runs,
      ...machine()
    })
  }

  const open = await rounds(runs, paths, take({ connections: 256, rate: perSecond }))
  for (const [index, goal] of [
    [1, 450],
    [2, 800]
  ] as const) {
    for (const part of ['p50', 'p99'] as const) {
      const of = (turns: readonly Turn[], at: number): number => 1_000 * (turns[at]?.[`${part}Ms`] ?? Number.NaN)
      const added = open.map((turns) => of(turns, index) - of(turns, 0))
      figure(bench, `${paths[index]?.name}_added_${part}_us`, median(added), 'us', {
        ...(part === 'p50' ? { goal } : {}),
        from: Math.round(Math.min(...added)),
        to: Math.round(Math.max(...added)),
        direct_us: Math.round(median(open.map((turns) => of(turns, 0)))),
        rounds: runs
      })
    }
  }
})
