import { expect, it } from '@jest/globals'
import type { OpenRequests } from '@knative-ts/proxy'
import { untilQuiet } from './drain.ts'

it('does not take for silence that requests wait to be let in, for whom the thread had no time', async () => {
  let looks = 0
  // The first look finds nobody; the second one, behind what waited, does.
  const requests = { idleMs: () => (++looks === 2 ? 0 : Number.POSITIVE_INFINITY), lastBegun: 0 } as unknown as OpenRequests
  await untilQuiet(requests, { idleMs: 0.001, acceptMs: 60_000, deadlineMs: 60_000 })
  expect(looks).toBeGreaterThanOrEqual(4)
})
