import { describe, expect, it } from '@jest/globals'
import type { Condition } from './condition.schema.ts'
import {
  clear,
  initialize,
  isUnknown,
  markFalse,
  markTrue,
  markUnknown,
  settleTransitionTimes,
  type ConditionSet
} from './condition-set.ts'

const set: ConditionSet = { happy: 'Ready', dependents: ['A', 'B'] }
const summary = (conditions: readonly Condition[]): Record<string, string> =>
  Object.fromEntries(conditions.map(({ type, status, reason, message }) => [type, [status, reason, message].filter(Boolean).join(' ')]))

describe('the condition algebra', () => {
  it('starts with everything unknown', () => {
    expect(summary(initialize(undefined, set))).toEqual({ Ready: 'Unknown', A: 'Unknown', B: 'Unknown' })
  })

  it('starts new dependents as true beside a happy condition that is true', () => {
    expect(summary(initialize([{ type: 'Ready', status: 'True' }], set))).toEqual({ Ready: 'True', A: 'True', B: 'True' })
  })

  it('is happy once every dependent is true', () => {
    const one = markTrue(initialize([], set), set, 'A')
    expect(summary(one)).toEqual({ Ready: 'Unknown', A: 'True', B: 'Unknown' })
    expect(summary(markTrue(one, set, 'B'))).toEqual({ Ready: 'True', A: 'True', B: 'True' })
  })

  it('is unknown without a reason while a dependent was never set', () => {
    expect(summary(markTrue([], set, 'A'))).toEqual({ A: 'True', Ready: 'Unknown' })
  })

  it('copies the newest failure', () => {
    let now = markFalse(initialize([], set), set, 'A', 'First', 'one')
    now = markFalse(now, set, 'B', 'Second', 'two')
    expect(summary(now)['Ready']).toBe('False Second two')
    expect(summary(markTrue(now, set, 'B'))['Ready']).toBe('False First one')
  })

  it('lets a failure trump what is unknown', () => {
    const failed = markFalse(initialize([], set), set, 'A', 'Broken', 'a')
    expect(summary(markUnknown(failed, set, 'B', 'Waiting', 'b'))['Ready']).toBe('False Broken a')
  })

  it('keeps informational conditions out of readiness', () => {
    const ready = markTrue(markTrue(initialize([], set), set, 'A'), set, 'B')
    const now = markFalse(ready, set, 'Active', 'NoTraffic', 'idle')
    expect(summary(now)['Ready']).toBe('True')
    expect(now.find(({ type }) => type === 'Active')?.severity).toBe('Info')
    expect(isUnknown(clear(now, set, 'Active'), 'Active')).toBe(true)
    expect(clear(now, set, 'A')).toEqual(now)
  })

  it('stamps what changed with one time, keeps the rest, and sorts', () => {
    const before = settleTransitionTimes(undefined, markTrue(initialize([], set), set, 'A'), '2026-01-01T00:00:00Z')
    expect(before.map(({ type }) => type)).toEqual(['A', 'B', 'Ready'])
    const after = settleTransitionTimes(before, markTrue(before, set, 'B'), '2026-01-01T00:00:05Z')
    expect(after.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:05Z',
      '2026-01-01T00:00:05Z'
    ])
  })

  it('keeps the time of a condition that changed and changed back within a pass', () => {
    const before = settleTransitionTimes(undefined, markTrue(initialize([], set), set, 'A'), '2026-01-01T00:00:00Z')
    const back = markTrue(markFalse(before, set, 'A', 'X', 'x'), set, 'A')
    expect(settleTransitionTimes(before, back, '2026-01-01T00:00:05Z')).toEqual(before)
  })
})
