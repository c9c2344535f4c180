/** Milliseconds beyond the deadline that a condition gets which has not answered by then. */
const graceMs = 20_000

/**
 * Waits until `condition` returns something other than undefined, null and false, and returns it. What `condition` throws counts as "not
 * yet". After `deadlineMs` (default 60 s) rejects with the last thrown error, or with `what` was waited for; so too, a little later, when a condition
 * does not answer at all.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what = 'the condition',
  deadlineMs = 60_000
): Promise<Exclude<T, undefined | null | false>> {
  const began = performance.now()
  const deadline = began + deadlineMs
  let last: unknown
  for (;;) {
    try {
      const value = await answerOf(condition, what, deadline + graceMs)
      if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) throw last ?? new Error(`${what} did not hold within ${deadlineMs} ms`)
    // Less often as it takes longer: on a slow machine, asking must not keep busy who is waited for.
    const pauseMs = Math.min(100, 5 + (performance.now() - began) / 20)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** What the condition gives. A promise of it that is still open at `end` (of performance.now) rejects then: it would hang the test, which would not say where. */
async function answerOf<T>(condition: () => T | Promise<T>, what: string, end: number): Promise<T> {
  const answer = condition()
  if (!(answer instanceof Promise)) return answer
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what}: whether it holds was asked, and not answered`)), end - performance.now())
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
