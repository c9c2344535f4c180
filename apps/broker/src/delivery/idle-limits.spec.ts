import { expect, it } from '@jest/globals'
import { idleLimitsOf } from './idle-limits.ts'

it.each([
  [1_000, 100, { idleTotal: 1_000, idlePerAddress: 100 }],
  [0, 7, { idleTotal: Number.POSITIVE_INFINITY, idlePerAddress: 7 }],
  [5, 0, { idleTotal: 5, idlePerAddress: 2 }]
])('%i in all and %i to one subscriber are %j', (all, each, limits) => {
  expect(idleLimitsOf(all, each)).toEqual(limits)
})
