import type { Asked } from './paced-requests.ts'

/** What was lost, as a test's failure is to show it: when, counted from `since`, after how long, and why. */
export const lostOf = (asked: readonly Asked[], since: number): readonly string[] =>
  asked
    .filter(({ failure }) => failure !== undefined)
    .map(({ at, ms, failure }) => `${failure} after ${Math.round(ms)} ms, sent at ${Math.round(at - since)} ms`)
