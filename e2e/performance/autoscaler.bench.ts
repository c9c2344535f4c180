/**
 * The autoscaler role with many revisions: what it costs while nothing happens, and how soon it decides. `npm run bench -- autoscaler [REVISIONS]`, 1,000 unless
 * told. Each revision has one pod that is asked every second; then all pods go.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { figure, percentile } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { until } from '../rig/until.ts'
import { startAutoscalerWorld, type AutoscalerWorld } from './rig/autoscaler-world.ts'
import { cpuSeconds } from './rig/pod-processes.ts'
import { rssMiB } from './rig/rss.ts'

const bench = 'autoscaler'
const count = Number(process.argv[2] ?? 1_000)
/** A stable window: what is known of a revision is as much as it will ever be. */
const settleMs = 62_000
const measureMs = 20_000
const decisions = 40
const pokes = 100

/** Percent of one core over a while. */
async function corePercent(world: AutoscalerWorld): Promise<number> {
  const [cpu, began] = [cpuSeconds(world.role.pid), performance.now()]
  await delay(measureMs)
  return (100 * (cpuSeconds(world.role.pid) - cpu)) / ((performance.now() - began) / 1000)
}

/** Ms from a report to the moment at which the Deployment is told to have more. */
async function untilScaled(world: AutoscalerWorld, revision: string, concurrency: number, repeat: boolean): Promise<number> {
  const before = world.replicas(revision)
  const began = performance.now()
  world.report(revision, concurrency)
  const timer = repeat ? setInterval(() => world.report(revision, concurrency), 1_000) : undefined
  try {
    await until(`${revision} is scaled up`, async () => world.replicas(revision) > before, 30_000, 1)
    return performance.now() - began
  } finally {
    clearInterval(timer)
  }
}

async function sequence(names: readonly string[], measure: (name: string) => Promise<number>, pauseMs: () => number): Promise<number[]> {
  const all: number[] = []
  for (const name of names) {
    all.push(await measure(name))
    await delay(pauseMs())
  }
  return all
}

const empty = await startAutoscalerWorld(1)
await delay(10_000)
const alone = rssMiB(empty.role.pid)
await empty.close()

const world = await startAutoscalerWorld(count)
try {
  await delay(settleMs)
  const asked = world.asked()
  const scraping = await corePercent(world)
  const perSecond = (world.asked() - asked) / (measureMs / 1000)
  const resident = rssMiB(world.role.pid)
  const more = { revisions: count, ...machine() }
  figure(bench, 'kib_per_revision', ((resident - alone) * 1024) / count, 'KiB', { goal: 20, rss_mib: resident, alone_mib: alone, ...more })
  figure(bench, 'scrape_core_percent', scraping, '%', { pods_asked_per_s: Math.round(perSecond), ...more })

  // Each has some load before: one that has none is decided about as soon as it has any.
  const loaded = world.revisions.slice(0, decisions)
  const some = setInterval(() => {
    for (const name of loaded) world.report(name, 20)
  }, 1_000)
  await delay(8_000)
  const decided = await sequence(
    loaded,
    (name) => untilScaled(world, name, 500, true),
    // Not in step with the beat of decisions.
    () => Math.random() * 2_000
  )
  clearInterval(some)
  figure(bench, 'decision_p95_ms', percentile(decided, 0.95), 'ms', {
    goal: 2_500,
    p50: percentile(decided, 0.5),
    runs: decided.length,
    ...more
  })

  world.sleep()
  await delay(settleMs)
  figure(bench, 'tick_core_percent', await corePercent(world), '%', { goal: 5, ...more })
  const poked = await sequence(
    world.revisions.slice(decisions, decisions + pokes),
    (name) => untilScaled(world, name, 1, false),
    () => 20 + Math.random() * 60
  )
  figure(bench, 'poke_p95_ms', percentile(poked, 0.95), 'ms', { goal: 20, p50: percentile(poked, 0.5), runs: poked.length, ...more })
} finally {
  await world.close()
}
process.exit()
