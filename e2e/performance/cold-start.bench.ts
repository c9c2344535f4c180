/**
 * From zero to one through the gateway: hello in Node, no warm pool, a new pod each time, whose processes start after the request arrived.
 * Ten Services sleep, because the autoscaler put them to sleep; each is woken by one request, a second after the other; and again.
 * Each run is split by what the activator, a watch of the Deployments and the node agent say of it.
 */
import { deployments, pods, type Deployment, type Pod } from '@knative-ts/api/kubernetes'
import { knativeServices } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { phases, phasesOf, type ColdStart } from '../rig/cold-start.ts'
import { epochMs } from '../rig/epoch.ts'
import { figure, mean, percentile } from '../rig/figure.ts'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { machine } from '../rig/machine.ts'
import { restartRoleWith, roleLog } from '../rig/role-pods.ts'
import { configure } from '../rig/system-config.ts'
import { until } from '../rig/until.ts'
import { onStandalone, type BenchStandalone } from './rig/on-standalone.ts'

const runs = Number(process.argv[2] ?? 30)
const services = Math.min(10, runs)
/** Longer than one round takes: nothing goes to sleep while others wake. */
const window = '20s'
const pauseMs = 1_000

interface Run {
  readonly revision: string
  readonly sentMs: number
  readonly answeredMs: number
  /** What the client's own stop-watch says. */
  readonly totalMs: number
  /** Pods that were there when the request was sent: none of this revision. */
  readonly before: ReadonlySet<string>
}

interface Milestone {
  readonly name: string
  readonly milestone: string
  readonly timeMs: number
}

const over = new AbortController()
const scaled: { readonly name: string; readonly replicas: number; readonly timeMs: number }[] = []

async function followDeployments(client: KubeClient): Promise<void> {
  const { resourceVersion } = await client.list<Deployment>(deployments, { namespace: 'default' })
  const events = client.watch<Deployment>(deployments, { namespace: 'default', resourceVersion, signal: over.signal })
  for await (const event of events) {
    if (event.type === 'BOOKMARK') continue
    const { metadata, spec } = event.object
    scaled.push({ name: metadata.name ?? '', replicas: spec?.replicas ?? 1, timeMs: epochMs() })
  }
}

async function allSleep(client: KubeClient): Promise<void> {
  await until('all sleep', async () => (await client.list<Pod>(pods, { namespace: 'default' })).items.length === 0, 120_000)
  // The ends of the pods have been told to everybody.
  await new Promise((resolve) => setTimeout(resolve, 2 * pauseMs))
}

async function wake({ client, http }: BenchStandalone, host: string, revision: string): Promise<Run> {
  const before = new Set((await client.list<Pod>(pods, { namespace: 'default' })).items.map(({ metadata }) => metadata.name ?? ''))
  const sentMs = epochMs()
  const { status, body, headers, ms } = await http.get(host)
  const answeredMs = epochMs()
  if (status !== 200 || headers['x-revision'] !== revision) throw new Error(`${host}: HTTP ${status} ${body}`)
  return { revision, sentMs, answeredMs, totalMs: ms, before }
}

/** The run as everybody saw it. Throws when it was not a cold start. */
function coldStartOf(run: Run, milestones: readonly Milestone[], log: readonly Readonly<Record<string, unknown>>[]): ColdStart {
  const { revision, sentMs, answeredMs } = run
  const times = log.find((line) => line.revision === `default/${revision}` && Math.abs(Number(line.arrivedMs) - sentMs) < 1_000)
  const scaledMs = scaled.find((event) => event.name === `${revision}-deployment` && event.replicas > 0 && event.timeMs > sentMs)?.timeMs
  const reached = (milestone: string): Milestone | undefined =>
    milestones.find((one) => one.name.startsWith(`${revision}-`) && one.milestone === milestone && one.timeMs > sentMs)
  const [sandbox, spawned] = [reached('sandbox'), reached('spawned')]
  if (times === undefined || scaledMs === undefined || sandbox === undefined || spawned === undefined || sandbox.timeMs > answeredMs)
    throw new Error(`${revision}: no new pod was started for the request: ${JSON.stringify({ times, scaledMs, sandbox, spawned })}`)
  if (run.before.has(sandbox.name)) throw new Error(`${revision}: pod ${sandbox.name} was there before the request`)
  return {
    sentMs,
    answeredMs,
    heldFromMs: Number(times.heldFromMs),
    heldToMs: Number(times.heldToMs),
    scaledMs,
    scheduledMs: sandbox.timeMs,
    spawnedMs: spawned.timeMs
  }
}

async function measure(bench: BenchStandalone): Promise<void> {
  const { standalone, client, http } = bench
  await configure(client, 'config-autoscaler', { 'scale-to-zero-grace-period': '1s' })
  const activator = await restartRoleWith(client, 'activator', { ACTIVATOR_TIMINGS: '1' })
  const names = Array.from({ length: services }, (_, index) => `cold-${index}`)
  const annotations = { 'autoscaling.knative.dev/window': window }
  const targets: { readonly host: string; readonly revision: string }[] = []
  for (const name of names) {
    await client.create(knativeServices, serviceOf({ name, annotations }))
    const service = await readyService(client, name)
    targets.push({ host: hostOf(service), revision: service.status?.latestReadyRevisionName ?? '' })
  }
  followDeployments(client).catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  const done: Run[] = []
  while (done.length < runs) {
    await allSleep(client)
    for (const { host, revision } of targets.slice(0, runs - done.length)) {
      // Connections of client, gateway and activator are open, as on any platform in use.
      await http.get('nobody.default.localhost')
      done.push(await wake(bench, host, revision))
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const log = await roleLog(client, activator)
  const milestones = standalone
    .output()
    .split('\n')
    .filter((line) => line.includes('"event":"pod"'))
    .map((line) => JSON.parse(line) as Milestone)
  report(
    done.map(({ totalMs }) => totalMs),
    done.map((run) => coldStartOf(run, milestones, log))
  )
}

function report(totals: readonly number[], starts: readonly ColdStart[]): void {
  const more = { runs: starts.length, ...machine() }
  figure('cold-start', 'p50_ms', percentile(totals, 0.5), 'ms', more)
  figure('cold-start', 'p95_ms', percentile(totals, 0.95), 'ms', { ...more, worst: Math.round(Math.max(...totals)), goal: 300 })
  figure('cold-start', 'mean_ms', mean(totals), 'ms', more)
  const split = starts.map(phasesOf)
  const means = phases.map((phase) => mean(split.map((one) => one[phase])))
  for (const [index, phase] of phases.entries()) figure('cold-start', `${phase}_ms`, means[index] ?? Number.NaN, 'ms', more)
  const sum = means.reduce((all, one) => all + one, 0)
  const deviation = (100 * Math.abs(sum - mean(totals))) / mean(totals)
  figure('cold-start', 'sum_deviation', deviation, '%', { goal: 5 })
  if (!(deviation <= 5)) {
    console.error(`the phases add up to ${sum.toFixed(1)} ms, the mean total is ${mean(totals).toFixed(1)} ms`)
    process.exitCode = 1
  }
}

await onStandalone((bench) => measure(bench).finally(() => over.abort()), { env: { STANDALONE_MILESTONES: '1' } })
process.exit()
