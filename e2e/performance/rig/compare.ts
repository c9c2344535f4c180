import { figure } from '../../rig/figure.ts'
import { machine } from '../../rig/machine.ts'
import type { Contenders } from './contenders.ts'
import { type Load, turn } from './load.ts'
import type { BenchOptions } from './options.ts'
import { efficiency, median, rounds } from './pairs.ts'
import { rssMiB } from './rss.ts'

export interface Case {
  readonly figure: string
  readonly goal: number
  readonly load: Omit<Load, 'address' | 'seconds'>
  /** The bare ReverseProxy takes its turns too, and the anchor's rate divided by its own is this figure. */
  readonly bare?: string
}

const warmupSeconds = 2

/**
 * Takes the turns of each case and prints its figure; resolves with the most that ours weighed right after a turn, in MiB.
 * Rejects at the first wrong answer.
 */
export async function compare(
  bench: string,
  contenders: Contenders,
  { pairs, seconds, only }: BenchOptions,
  cases: readonly Case[]
): Promise<number> {
  const { load: program, ours, anchor, bare } = contenders
  let heaviest = 0
  for (const { figure: name, goal, load, bare: bareFigure } of cases) {
    if (only.length > 0 && !only.includes(name)) continue
    const taking = bareFigure === undefined ? [ours, anchor] : [ours, anchor, bare]
    // Code that has not been compiled, pools that are empty: the first turns of a kind do not count.
    for (const { address } of taking) await turn(program, { ...load, address, seconds: Math.min(seconds, warmupSeconds) })
    const all = await rounds(pairs, taking, async ({ address, pid }) => {
      const taken = await turn(program, { ...load, address, pid, seconds })
      if (pid === ours.pid) heaviest = Math.max(heaviest, rssMiB(pid))
      return taken
    })
    const of = (index: number): number[] => all.map((round) => efficiency(round[index]!))
    const [mine, theirs] = [of(0), of(1)]
    const ratios = mine.map((value, round) => value / theirs[round]!)
    const turns = { pairs, from: rounded(Math.min(...ratios)), to: rounded(Math.max(...ratios)), ...machine() }
    figure(bench, name, median(ratios), 'x', { goal, ours: Math.round(median(mine)), anchor: Math.round(median(theirs)), ...turns })
    if (bareFigure === undefined) continue
    const bares = of(2)
    figure(bench, bareFigure, median(theirs.map((value, round) => value / bares[round]!)), 'x', {
      goal: 0.85,
      bare: Math.round(median(bares))
    })
  }
  return heaviest
}

const rounded = (value: number): number => Number(value.toPrecision(3))
