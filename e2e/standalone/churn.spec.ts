/** One minute of `npm run bench -- churn` at a pace that leaves a slow machine room: revisions come, pods go, and every request is answered. */
import { expect, it } from '@jest/globals'
import { churn } from '../performance/rig/churn.ts'

it('200 requests a second are all answered while every ten seconds a revision comes or pods go', async () => {
  const { turn, rollouts, scaleDowns } = await churn(60, 200)
  expect({ faults: turn.faults, at: turn.faultsAt }).toEqual({ faults: {}, at: [] })
  expect(turn.requests).toBeGreaterThan(10_000)
  // Both Services get a revision first, then both lose pods: the first three of these are done within the minute on a slow machine too.
  expect(rollouts).toBeGreaterThanOrEqual(2)
  expect(scaleDowns).toBeGreaterThan(0)
}, 540_000)
