/**
 * Waits until `condition` returns something other than undefined, null and false, and returns it. What `condition` throws counts as "not
 * yet". After `deadlineMs` (default 10 s) rejects with the last thrown error, or with `what` was waited for.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what = 'the condition',
  deadlineMs = 10_000
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + deadlineMs
  let last: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) throw last ?? new Error(`${what} did not hold within ${deadlineMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
