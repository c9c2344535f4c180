/** One minute of `npm run bench -- churn`: revisions come, pods go, and every request is answered. */
import { expect, it } from '@jest/globals'
import { churn } from '../performance/rig/churn.ts'

it('500 requests a second are all answered while every ten seconds a revision comes or pods go', async () => {
  const { turn, rollouts, scaleDowns } = await churn(60)
  expect({ faults: turn.faults, at: turn.faultsAt }).toEqual({ faults: {}, at: [] })
  expect(turn.requests).toBeGreaterThan(25_000)
  expect(rollouts + scaleDowns).toBeGreaterThanOrEqual(4)
  expect(scaleDowns).toBeGreaterThan(0)
}, 540_000)
