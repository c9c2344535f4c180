import { expect, it } from '@jest/globals'
import type { OpenRequests } from './open-requests.ts'
import { untilQuiet } from './until-quiet.ts'

const quietMs = 500

it('does not take for silence that requests wait to be let in, for whom the thread had no time', async () => {
  const began = performance.now()
  let lateAt: number | undefined
  let silent = false
  // Whoever looks after having found silence sees the request that had waited.
  const requests = {
    get lastBegun() {
      if (silent) lateAt ??= performance.now()
      silent ||= performance.now() - began >= quietMs
      return lateAt ?? 0
    }
  } as unknown as OpenRequests
  await untilQuiet([requests], { leastMs: 0, mostMs: 60_000 })
  expect(performance.now() - began).toBeGreaterThanOrEqual(2 * quietMs)
})
