/**
 * An activator that may use 256 MiB, one revision flooded with ten times what its pod can answer, another that behaves: what the flood does to the other
 * one, and to the activator. `npm run bench -- overload [--seconds=N] [--main=FILE]`
 */
import { setTimeout as delay } from 'node:timers/promises'
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { lenientTurn, turn, type Load, type Turn } from './rig/load.ts'
import { benchOptions } from './rig/options.ts'
import { capacity, startOverloadRig } from './rig/overload.ts'
import { leaveProxyCore } from './rig/pinned.ts'

const times = 10
/** Before the flood, and after it. */
const aloneSeconds = 15
/** So much of its capacity does the other revision use. */
const share = 0.25
/** Of a flooding request's body. */
const bodyBytes = 16 * 1024

const { seconds, main } = benchOptions({ pairs: 1, seconds: 60 })
leaveProxyCore()
const rig = await startOverloadRig(main)
try {
  const behaving: Omit<Load, 'seconds'> = {
    ...rig.to('behaving-00001'),
    rate: capacity * share,
    connections: 200,
    wantLength: 0,
    patienceSeconds: 30
  }
  const alone = (): Promise<Turn> => turn(rig.program, { ...behaving, warmupSeconds: 2, seconds: Math.min(seconds, aloneSeconds) })
  const before = await alone()
  // It has its connections before the flood comes.
  const neighbour = lenientTurn(rig.program, { ...behaving, warmupSeconds: 2, seconds: seconds + 1 })
  await delay(2_000)
  const flood = lenientTurn(rig.program, {
    ...rig.to('flooded-00001'),
    rate: capacity * times,
    connections: 6_000,
    method: 'POST',
    body: bodyBytes,
    wantText: String(bodyBytes),
    statuses: [200, 503],
    yields: true,
    seconds,
    patienceSeconds: 90
  })
  const [during, flooded] = await Promise.all([neighbour, flood])
  const after = rig.activator.ended() === undefined ? await alone() : before
  const aloneMs = (before.p99Ms + after.p99Ms) / 2
  const deaths = Math.max(rig.cgroup.kills(), rig.activator.ended() === undefined ? 0 : 1)
  const round = (ms: number): number => Number(ms.toPrecision(3))
  figure('overload', 'neighbour_p99_x', during.p99Ms / aloneMs, 'x', {
    goal: 2,
    alone_ms: round(aloneMs),
    during_ms: round(during.p99Ms),
    worst_ms: round(during.worstMs),
    failed: during.errors,
    capacity,
    ...machine()
  })
  const statuses = flooded.statuses
  const peakMib = Math.round(rig.cgroup.peak() / 2 ** 20)
  figure('overload', 'deaths', deaths, 'processes', { goal: 0, flood: statuses, flood_faults: flooded.faults, peak_mib: peakMib })
  if (during.errors > 0) console.error(`requests of the revision that behaves failed: ${JSON.stringify(during.faults)}`)
  if (deaths > 0) console.error(rig.activator.output())
  if (deaths > 0 || during.errors > 0 || (statuses['200'] ?? 0) === 0) process.exitCode = 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await rig.stop()
}
process.exit()
