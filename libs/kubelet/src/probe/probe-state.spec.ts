import { describe, expect, it } from '@jest/globals'
import { advance, probeRule, type ProbeState, unprobed } from './probe-state.ts'

const after = (results: string, thresholds: { successThreshold?: number; failureThreshold?: number }): ProbeState =>
  [...results].reduce((state, each) => advance(probeRule(thresholds), state, each === '+' ? 'success' : 'failure'), unprobed)

describe('advance', () => {
  it.each([
    ['+', {}, 'success'],
    ['--', {}, undefined],
    ['---', {}, 'failure'],
    ['+--', {}, 'success'],
    ['+---', {}, 'failure'],
    ['---+', {}, 'success'],
    ['++', { successThreshold: 3 }, undefined],
    ['+++', { successThreshold: 3 }, 'success'],
    ['++-++', { successThreshold: 3 }, undefined],
    ['-', { failureThreshold: 1 }, 'failure'],
    ['--+--', {}, 'success']
  ])('takes %s with %j as %s', (results, thresholds, verdict) => {
    expect(after(results, thresholds).verdict).toBe(verdict)
  })
})

describe('probeRule', () => {
  it("fills in Kubernetes' defaults", () => {
    expect(probeRule({})).toEqual({ initialDelayMs: 0, periodMs: 10_000, timeoutMs: 1_000, successThreshold: 1, failureThreshold: 3 })
  })
  it('keeps what is set', () => {
    const probe = { initialDelaySeconds: 2, periodSeconds: 3, timeoutSeconds: 4, successThreshold: 5, failureThreshold: 6 }
    expect(probeRule(probe)).toEqual({ initialDelayMs: 2_000, periodMs: 3_000, timeoutMs: 4_000, successThreshold: 5, failureThreshold: 6 })
  })
})
