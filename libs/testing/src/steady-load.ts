/** Requests one after the other on several connections, until told to stop. */
export interface SteadyLoad<T> {
  /** What was answered so far. */
  readonly answers: readonly T[]
  /** Resolves with all answers when the last request is over; rejects when one was not answered. */
  stop(): Promise<readonly T[]>
}

/** Runs `connections` loops of `ask` at once. */
export function steadyLoad<T>(connections: number, ask: () => Promise<T>): SteadyLoad<T> {
  const answers: T[] = []
  const stopping = new AbortController()
  const loops = Array.from({ length: connections }, async () => {
    while (!stopping.signal.aborted) answers.push(await ask())
  })
  const over = Promise.all(loops)
  // A loop that fails before anybody asks is told of in `stop`.
  over.catch(() => undefined)
  return {
    answers,
    stop: async () => {
      stopping.abort()
      await over
      return answers
    }
  }
}
