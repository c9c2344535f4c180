/** Lists of indexes of an Indexed Job: `1,3-5,7`. */

export interface Indexes {
  /** How many there are. */
  readonly total: number
  /** What is wrong with the list. */
  readonly problem?: string
}

/** Reads a list of indexes below `completions`, in the words of the reference for what is none. */
export function indexesProblem(text: string, completions: number): Indexes {
  if (text === '') return { total: 0 }
  let last: number | undefined
  let total = 0
  for (const interval of text.split(',')) {
    const limits = interval.split('-')
    if (limits.length > 2)
      return {
        total: 0,
        problem: `the fragment ${JSON.stringify(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`
      }
    const [from = 0, to = from] = limits.map(Number)
    const bad = limits.find((limit) => !/^[+-]?\d+$/.test(limit))
    if (bad !== undefined) return { total: 0, problem: `cannot convert string to integer for index: ${JSON.stringify(bad)}` }
    if (from >= completions) return { total: 0, problem: `too large index: ${JSON.stringify(limits[0])}` }
    if (limits.length > 1 && to >= completions) return { total: 0, problem: `too large index: ${JSON.stringify(limits[1])}` }
    if (last !== undefined && last >= from) return { total: 0, problem: `non-increasing order, previous: ${last}, current: ${from}` }
    if (limits.length > 1 && from >= to) return { total: 0, problem: `non-increasing order, previous: ${from}, current: ${to}` }
    total += to - from + 1
    last = to
  }
  return { total }
}
