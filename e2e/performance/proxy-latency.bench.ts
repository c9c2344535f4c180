/**
 * What the proxy adds to a request's time, open loop, at half of what the Go sidecar can do: ours divided by the anchor's.
 * `npm run bench -- proxy-latency [PAIRS] [--seconds=N]`
 */
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { startContenders, type Contender } from './rig/contenders.ts'
import { turn, type Turn } from './rig/load.ts'
import { benchOptions } from './rig/options.ts'
import { median, rounds } from './rig/pairs.ts'

const options = benchOptions({ pairs: 7, seconds: 4 })
/** What the histogram of the load generator can tell apart. */
const leastMs = 0.001

const contenders = await startContenders(options)
const { load, ours, anchor, backend } = contenders

/** Requests a second that the anchor can do now: what else the machine does changes it from round to round. */
async function mostOfAnchor(): Promise<number> {
  const { requests, seconds } = await turn(load, { address: anchor.address, connections: 50, wantLength: 0, seconds: 1 })
  return requests / seconds
}

function added(through: Turn, direct: Turn, share: 'p50Ms' | 'p99Ms' | 'p999Ms'): number {
  return Math.max(leastMs, through[share] - direct[share])
}

try {
  for (const { address } of [anchor, ours]) await turn(load, { address, connections: 50, wantLength: 0, seconds: 2 })
  const rates: number[] = []
  const take = async ({ address }: Contender, round: number): Promise<Turn> => {
    const rate = (rates[round] ??= Math.round((await mostOfAnchor()) / 2))
    return turn(load, { address, connections: 500, wantLength: 0, rate, seed: round + 1, seconds: options.seconds })
  }
  const all = await rounds(options.pairs, [ours, anchor, backend], take)
  for (const [name, share, goal] of [
    ['p50_x', 'p50Ms', 0.9],
    ['p99_x', 'p99Ms', undefined],
    ['p999_x', 'p999Ms', undefined]
  ] as const) {
    const mine = all.map(([through, , direct]) => added(through!, direct!, share))
    const theirs = all.map(([, through, direct]) => added(through!, direct!, share))
    const ratios = mine.map((value, round) => value / theirs[round]!)
    figure('proxy-latency', name, median(ratios), 'x', {
      ...(goal === undefined ? {} : { goal }),
      ours_ms: Number(median(mine).toPrecision(3)),
      anchor_ms: Number(median(theirs).toPrecision(3)),
      rate: median(rates),
      pairs: options.pairs,
      ...machine()
    })
  }
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await contenders.stop()
}
process.exit()
