import { expect, it } from '@jest/globals'
import { bounded, boundsOf, stepToZero, type Activity, type ZeroRules, type ZeroStep } from './index.ts'

const rules: ZeroRules = {
  enabled: true,
  stableWindowMs: 60_000,
  progressDeadlineMs: 600_000,
  gracePeriodMs: 30_000,
  retentionMs: 0,
  reachable: true,
  alwaysProxied: false
}
const now = 1_000_000
const since = (kind: Activity['kind'], seconds: number): Activity => ({ kind, since: now - seconds * 1000 })

it.each<[string, Activity, Partial<ZeroRules>, 'unknown' | 'yes' | 'no', number, ZeroStep]>([
  ['scale to zero off', since('active', 999), { enabled: false }, 'unknown', 0, { kind: 'apply', desired: 1 }],
  ['activating within the deadline', since('activating', 600), {}, 'unknown', 0, { kind: 'keep', desired: -1, afterMs: 30_000 }],
  ['activating too long', since('activating', 631), {}, 'unknown', 0, { kind: 'apply', desired: 0 }],
  ['active for less than the stable window', since('active', 20), {}, 'unknown', 0, { kind: 'apply', desired: 1, afterMs: 40_000 }],
  ['active for the stable window', since('active', 60), {}, 'unknown', 0, { kind: 'keep', desired: 0 }],
  ['active and already proxied', since('active', 60), {}, 'unknown', 90_000, { kind: 'keep', desired: 0, afterMs: 3_000 }],
  ['inactive, path not known', since('inactive', 1), {}, 'unknown', 0, { kind: 'probe' }],
  ['inactive, activator not in the path', since('inactive', 99), {}, 'no', 99_000, { kind: 'keep', desired: 0 }],
  ['inactive, proxied for long', since('inactive', 1), {}, 'yes', 90_000, { kind: 'apply', desired: 0 }],
  ['inactive, proxied just now', since('inactive', 1), {}, 'yes', 1_000, { kind: 'keep', desired: 0, afterMs: 29_000 }],
  ['inactive for the grace period', since('inactive', 30), {}, 'yes', 0, { kind: 'apply', desired: 0 }],
  ['inactive but retained', since('inactive', 35), { retentionMs: 60_000 }, 'yes', 90_000, { kind: 'keep', desired: 0, afterMs: 25_000 }],
  ['retained but unreachable', since('inactive', 35), { retentionMs: 60_000, reachable: false }, 'yes', 0, { kind: 'apply', desired: 0 }],
  ['always proxied', since('inactive', 1), { alwaysProxied: true }, 'unknown', 31_000, { kind: 'apply', desired: 0 }]
])('%s', (_name, activity, over, probed, proxiedForMs, step) => {
  expect(stepToZero(activity, { ...rules, ...over }, { probed, proxiedForMs }, now)).toEqual(step)
})

it.each([
  [0, { 'autoscaling.knative.dev/min-scale': '2' }, true, 2],
  [0, { 'autoscaling.knative.dev/min-scale': '2' }, false, 0],
  [9, { 'autoscaling.knative.dev/maxScale': '3' }, true, 3],
  [9, {}, true, 9]
])('bounds %d by %j (reachable: %j) to %d', (desired, annotations, reachable, expected) => {
  const bounds = boundsOf(annotations, { minScale: 0, maxScale: 0 }, reachable)
  expect(bounded(desired, bounds, { scale: 1, reached: true, reachable })).toBe(expected)
})

it('holds the initial scale until it was reached once', () => {
  const bounds = { min: 0, max: 0 }
  expect(bounded(1, bounds, { scale: 3, reached: false, reachable: true })).toBe(3)
  expect(bounded(1, bounds, { scale: 3, reached: true, reachable: true })).toBe(1)
  expect(bounded(1, bounds, { scale: 3, reached: false, reachable: false })).toBe(1)
})
