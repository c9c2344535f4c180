import { expect, it } from '@jest/globals'
import { lull, type Doing } from './lull.ts'

const startMs = 60

/** Milliseconds after the start of the process at which the lull comes, when each look finds what `doing` says at that time. */
async function lullAt(doing: (ms: number) => Doing): Promise<number> {
  let ms = startMs
  const pause = (pauseMs: number): Promise<void> => {
    ms += pauseMs
    return Promise.resolve()
  }
  await lull(() => doing(ms), { now: () => ms, pause })
  return ms
}

it.each<[what: string, doing: (ms: number) => Doing, atMs: number]>([
  ['five seconds after the start when nobody comes', () => 'waiting', 5_060],
  ['with the first answer of a pod that was started alone', (ms) => (ms < 300 ? 'waiting' : 'served'), 300],
  ['as long after the first answer as it took, where others start too', (ms) => (ms < 2_000 ? 'waiting' : 'served'), 4_000],
  ['between two requests', (ms) => (ms < 2_000 ? 'waiting' : ms < 4_500 && ms > 2_000 ? 'serving' : 'served'), 4_500],
  ['at the end of a request that came first and stayed', (ms) => (ms < 3_000 ? 'serving' : 'served'), 6_000],
  ['after ten seconds, whatever is under way', () => 'serving', 10_060],
  ['at once when the sidecar is to end', (ms) => (ms < 200 ? 'serving' : 'ending'), 200]
])('comes %s', async (_what, doing, atMs) => {
  expect(await lullAt(doing)).toBe(atMs)
})
