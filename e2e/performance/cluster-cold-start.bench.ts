/**
 * From zero to one on a Kubernetes: a request to a Service that sleeps, against the creation of a plain pod with the same container, by turns in one run. The
 * kubelet looks for started containers once a second, so gaps are random. `npm run bench -- cluster-cold-start [RUNS] --rig DIR`
 */
import { knativeServices, type Service } from '@knative-ts/api'
import { deployments, pods, type Deployment, type Pod } from '@knative-ts/api/kubernetes'
import { epochMs } from '../rig/epoch.ts'
import { figure, mean, percentile } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { type Cluster, onCluster } from './rig/cluster.ts'
import { configured } from './rig/cluster-config.ts'
import { barePodIn, isPodReady } from './rig/cluster-objects.ts'
import { Sightings } from './rig/sightings.ts'
import { allSleep, created, sleepSoon, type Sleeper } from './rig/sleepers.ts'

const bench = 'cluster-cold-start'
const revisionLabel = 'serving.knative.dev/revision'

/** Milliseconds from the request to each thing that it brings about. */
interface Wake {
  readonly answered: number
  readonly scaled: number
  readonly created: number
  readonly addressed: number
  readonly ready: number
}

interface Watches {
  readonly deployments: Sightings<Deployment>
  readonly pods: Sightings<Pod>
}

async function wake({ http }: Cluster, watches: Watches, { host, revision }: Sleeper): Promise<Wake> {
  const sentMs = epochMs()
  const { status, body } = await http.get(host)
  const answered = epochMs() - sentMs
  if (status !== 200) throw new Error(`${host}: HTTP ${status} ${body}`)
  const own = ({ metadata }: Pod): boolean => metadata.labels?.[revisionLabel] === revision
  const pod = (what: string, wanted: (pod: Pod) => boolean): Promise<{ readonly atMs: number }> =>
    watches.pods.first(`pod of ${revision} ${what}`, (each) => own(each) && wanted(each), sentMs)
  const wanted = ({ metadata, spec }: Deployment): boolean => metadata.name === `${revision}-deployment` && (spec?.replicas ?? 0) > 0
  const moments = await Promise.all([
    watches.deployments.first(`${revision} is scaled`, wanted, sentMs),
    pod('is there', () => true),
    pod('has an address', ({ status: { podIP = '' } = {} }) => podIP !== ''),
    pod('is ready', isPodReady)
  ])
  const [scaled, made, addressed, ready] = moments.map(({ atMs }) => atMs - sentMs) as [number, number, number, number]
  return { answered, scaled, created: made, addressed, ready }
}

/** Milliseconds from its creation to Ready. */
async function bare(cluster: Cluster, watches: Watches, name: string): Promise<number> {
  const { client, namespace } = cluster
  const sentMs = epochMs()
  await client.create(pods, barePodIn(cluster, name))
  const { atMs } = await watches.pods.first(`pod ${name} is ready`, (pod) => pod.metadata.name === name && isPodReady(pod))
  await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 })
  return atMs - sentMs
}

function report(wakes: readonly Wake[], firsts: readonly Wake[], bares: readonly number[]): void {
  const answered = wakes.map((each) => each.answered)
  const [p50, bare50] = [percentile(answered, 0.5), percentile(bares, 0.5)]
  const more = { runs: wakes.length, ...machine() }
  figure(bench, 'p50_ms', p50, 'ms', { ...more, mean: Math.round(mean(answered)) })
  figure(bench, 'p95_ms', percentile(answered, 0.95), 'ms', { ...more, worst: Math.round(Math.max(...answered)) })
  figure(bench, 'bare_pod_p50_ms', bare50, 'ms', { runs: bares.length, mean: Math.round(mean(bares)) })
  figure(bench, 'overhead_x', p50 / bare50, 'x', { goal: 1.05, of_means: Number((mean(answered) / mean(bares)).toFixed(3)) })
  const first = firsts.map((each) => each.answered)
  figure(bench, 'first_wake_x', percentile(first, 0.5) / bare50, 'x', {
    goal: 1.1,
    runs: first.length,
    p50_ms: Math.round(percentile(first, 0.5)),
    of_means: Number((mean(first) / mean(bares)).toFixed(3))
  })
  for (const moment of ['scaled', 'created', 'addressed', 'ready'] as const) {
    const p50s = [wakes, firsts].map((all) =>
      percentile(
        all.map((each) => each[moment]),
        0.5
      )
    )
    figure(bench, `${moment}_p50_ms`, p50s[0] ?? Number.NaN, 'ms', { first_wake: Math.round(p50s[1] ?? Number.NaN) })
  }
}

await onCluster({ runs: 20, seconds: 1 }, async (cluster) => {
  const { client, namespace, runs, http } = cluster
  const services = await Sightings.of<Service>(client, knativeServices, namespace)
  const watches = { deployments: await Sightings.of(client, deployments, namespace), pods: await Sightings.of(client, pods, namespace) }
  const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
  const gap = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 300 + 1_000 * Math.random()))
  const settings = { 'allow-zero-initial-scale': 'true', 'scale-to-zero-grace-period': sleepSoon.grace }
  await configured(cluster, 'config-autoscaler', settings)
  const sleepers = await created(cluster, services, names('slept', runs), {})
  await allSleep(cluster)
  const never = await created(cluster, services, names('never', Math.ceil(runs / 2)), { 'autoscaling.knative.dev/initial-scale': '0' })
  await allSleep(cluster)
  const [wakes, firsts, bares]: [Wake[], Wake[], number[]] = [[], [], []]
  for (const [index, sleeper] of sleepers.entries()) {
    const one = never[index / 2]
    const turns = [
      async () => void wakes.push(await wake(cluster, watches, sleeper)),
      async () => void bares.push(await bare(cluster, watches, `bare-${index}`)),
      ...(one === undefined ? [] : [async () => void firsts.push(await wake(cluster, watches, one))])
    ]
    for (const turn of index % 2 === 0 ? turns : turns.toReversed()) {
      await gap()
      // The connection to the gateway is open, as on any platform in use.
      await http.get('nobody.example.com')
      await turn()
    }
  }
  report(wakes, firsts, bares)
})
