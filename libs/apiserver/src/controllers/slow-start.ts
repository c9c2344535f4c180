/**
 * Calls `act` `count` times in batches of 1, 2, 4, ...: a cluster that refuses everything (a quota) is asked once, not 500 times. Stops after
 * the first batch with a failure and returns it.
 */
export async function slowStart(count: number, act: () => Promise<void>): Promise<Error | undefined> {
  let left = count
  for (let size = 1; left > 0; size *= 2) {
    const batch = Math.min(size, left)
    const results = await Promise.allSettled(Array.from({ length: batch }, act))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) return failed.reason instanceof Error ? failed.reason : new Error(String(failed.reason))
    left -= batch
  }
  return undefined
}
