import { describe, expect, it } from '@jest/globals'
import { PodTracker } from '../pod-tracker.ts'
import { firstAvailable } from './first-available.ts'
import { policyOf } from './policy-of.ts'
import { randomChoice } from './random-choice.ts'
import { roundRobin } from './round-robin.ts'

/** Pods a, b, c... with so many requests each. */
const pods = (concurrency: number, ...inFlight: number[]): PodTracker[] =>
  inFlight.map((count, index) => {
    const tracker = new PodTracker(String.fromCharCode(97 + index), concurrency)
    for (let request = 0; request < count; request++) tracker.reserve()
    return tracker
  })
const sequence = (...values: number[]) => {
  let at = 0
  return (): number => values[at++ % values.length] ?? 0
}

describe('random choice of two', () => {
  it.each([
    ['the only pod', [9], [0], 'a'],
    ['of two the one with less', [3, 1], [0], 'b'],
    ['of two the one with less, wherever it stands', [1, 3], [0.99], 'a'],
    ['the second of equals by the coin', [2, 2], [0.4], 'b'],
    ['the first of equals by the coin', [2, 2], [0.6], 'a'],
    ['the lighter of the two that were drawn, not of all', [5, 4, 0], [0, 0], 'b'],
    ['two different ones though the same number was drawn', [1, 0, 5], [0, 0.1], 'b'],
    ['among many the lighter of first and last', [3, 9, 9, 2], [0, 0.99], 'd']
  ])('takes %s', (_what, inFlight, draws, expected) => {
    expect(randomChoice(sequence(...draws))(pods(0, ...inFlight))?.address).toBe(expected)
  })

  it('has nothing to choose from without pods', () => {
    expect(randomChoice(Math.random)([])).toBeUndefined()
  })
})

describe('first available', () => {
  it.each([
    ['the first', 2, [0, 0], 'a'],
    ['the first though it has more', 2, [1, 0], 'a'],
    ['the next when the first is full', 2, [2, 1], 'b'],
    ['none when all are full', 1, [1, 1], undefined]
  ])('takes %s', (_what, concurrency, inFlight, expected) => {
    expect(firstAvailable(pods(concurrency, ...inFlight))?.address).toBe(expected)
  })
})

describe('round robin', () => {
  const turns = (inFlight: readonly number[], count: number): string => {
    const next = roundRobin()
    const among = pods(5, ...inFlight)
    return Array.from({ length: count }, () => next(among)?.address ?? '-').join('')
  }

  it.each([
    ['takes turns', [0, 0, 0], 6, 'abcabc'],
    ['passes full pods over', [0, 5, 0], 4, 'acac'],
    ['ends when all are full', [4, 4], 3, 'ab-']
  ])('%s', (_what, inFlight, count, expected) => {
    expect(turns(inFlight, count)).toBe(expected)
  })

  it('begins anew when pods went away', () => {
    const next = roundRobin()
    const among = pods(5, 0, 0, 0)
    for (let turn = 0; turn < 3; turn++) next(among)
    expect(next(among.slice(0, 2))?.address).toBe('a')
  })
})

it.each([
  [1, 'aab'],
  [3, 'aab'],
  [4, 'aba']
])('containerConcurrency %i goes by its own policy', (concurrency, expected) => {
  const policy = policyOf(concurrency, Math.random)
  const among = pods(2, 0, 0)
  expect([1, 2, 3].map(() => policy(among)?.address).join('')).toBe(expected)
})

it('says so when a pod’s place is given back twice', () => {
  const [pod] = pods(1, 1)
  pod?.release()
  expect(() => pod?.release()).toThrow('pod a: released more often than reserved')
})
