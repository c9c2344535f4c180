/** Runs what it is given in the order of asking, at most `places` at a time. A failure is its asker's alone. */
export function turns(places: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = places
  return async (task) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      // The place goes to the next at once: counted as free, somebody else could take it first.
      if (next === undefined) free++
      else next()
    }
  }
}
