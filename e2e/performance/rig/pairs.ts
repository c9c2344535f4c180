/** Ratios of contenders that take turns, so that what else the machine does hits all of them alike. */
import type { Turn } from './load.ts'

/** Rounds of one turn each; the order is reversed every other round. The turns come round by round, each round in the order of `contenders`. */
export async function rounds<C>(
  count: number,
  contenders: readonly C[],
  take: (contender: C, round: number) => Promise<Turn>
): Promise<Turn[][]> {
  const all: Turn[][] = []
  for (let round = 0; round < count; round++) {
    const turns = new Map<C, Turn>()
    const order = round % 2 === 0 ? contenders : contenders.toReversed()
    for (const contender of order) turns.set(contender, await take(contender, round))
    all.push(contenders.map((contender) => turns.get(contender) as Turn))
  }
  return all
}

/** Requests per second of the proxy's CPU time. */
export const efficiency = ({ requests, cpuSeconds }: Turn): number => requests / cpuSeconds

/** The middle one; of an even number, the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2
}
