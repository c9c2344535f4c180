import { errorOf } from '@knative-ts/kube'
/**
 * Calls `act` for all of `items` in batches of 1, 2, 4, ...: a cluster that refuses everything (a quota) is asked once, not 500 times. Stops
 * after the first batch with a failure and returns it.
 */
export async function slowStart<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<Error | undefined> {
  for (let from = 0, size = 1; from < items.length; from += size, size *= 2) {
    const results = await Promise.allSettled(items.slice(from, from + size).map(act))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) return errorOf(failed.reason)
  }
  return undefined
}
