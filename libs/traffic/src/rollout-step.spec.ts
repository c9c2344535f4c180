import { describe, expect, it } from '@jest/globals'
import { formatRollout, isInProgress, parseRollout, type Rollout } from './rollout.ts'
import { observeReady, step } from './rollout-step.ts'

const T = 1_700_000_000e9
const s = (seconds: number): number => T + seconds * 1e9

const goal = (revision: string, percent = 100): Rollout => ({
  configurations: [{ configurationName: 'hello', percent, revisions: [{ revisionName: revision, percent }], stepParams: {} }]
})
const shares = (rollout: Rollout): string => (rollout.configurations[0]?.revisions ?? []).map((r) => r.percent).join('/')
const under = (percents: Record<string, number>, stepParams = {}): Rollout => ({
  configurations: [
    {
      configurationName: 'hello',
      percent: Object.values(percents).reduce((a, b) => a + b, 0),
      revisions: Object.entries(percents).map(([revisionName, percent]) => ({ revisionName, percent })),
      stepParams
    }
  ]
})

describe('a rollout over 120 s', () => {
  it('moves as upstream does from 99/1 to 0/100', () => {
    let state = step(goal('hello-00002'), goal('hello-00001'), T).rollout
    expect(shares(state)).toBe('99/1')
    expect(state.configurations[0]?.stepParams).toEqual({ starttime: T })
    state = observeReady(state, s(5), 120)
    expect(state.configurations[0]?.stepParams).toEqual({ starttime: T, nextStepTime: s(10), stepDuration: 5e9, stepSize: 4 })
    const seen: string[] = []
    for (let at = 10; at <= 130; at += 5) {
      const next = step(goal('hello-00002'), parseRollout(formatRollout(state)), s(at))
      expect(next.nextStepTime).toBe(at === 130 ? undefined : s(at + 5))
      state = next.rollout
      seen.push(`${at}:${shares(state)}`)
    }
    expect(seen.slice(0, 3)).toEqual(['10:95/5', '15:91/9', '20:87/13'])
    expect(seen.slice(-4)).toEqual(['115:11/89', '120:7/93', '125:3/97', '130:100'])
    expect(state.configurations[0]?.stepParams).toEqual({})
    expect(isInProgress(state)).toBe(false)
  })
})

describe('step', () => {
  it.each<[string, Rollout, Rollout | undefined, string]>([
    ['without a previous state takes the goal', goal('b'), undefined, '100'],
    ['with one percent in all does not roll out', goal('b', 1), goal('a', 1), '1'],
    ['before the next step is due changes nothing', goal('b'), under({ a: 60, b: 40 }, { nextStepTime: s(9), stepSize: 4 }), '60/40'],
    ['gives a larger share to the newest', goal('b', 80), under({ a: 30, b: 20 }), '30/50'],
    ['takes a smaller share from the oldest', goal('c', 30), under({ a: 20, b: 20, c: 10 }), '20/10'],
    ['drops oldest revisions that a smaller share uses up', goal('c', 10), under({ a: 20, b: 20, c: 10 }), '10'],
    ['starts a third revision from the newest that has any', goal('c'), under({ a: 99, b: 1 }), '99/1'],
    ['never moves more than there is', goal('b'), under({ a: 2, b: 98 }, { nextStepTime: T, stepSize: 4, stepDuration: 1 }), '100'],
    ['takes from the second newest backwards', goal('c'), under({ a: 9, b: 2, c: 89 }, { nextStepTime: T, stepSize: 4 }), '7/93']
  ])('%s', (_, wanted, before, after) => expect(shares(step(wanted, before, T).rollout)).toBe(after))

  it('drops a configuration that gets nothing any more', () => {
    expect(step(goal('a', 0), goal('a', 50), T).rollout.configurations).toEqual([])
  })
  it('takes a new tag as it is', () => {
    const tagged: Rollout = { configurations: goal('a').configurations.map((c) => ({ ...c, tag: 'new' })) }
    expect(step(tagged, goal('b'), T).rollout).toEqual(tagged)
  })
})

describe('the annotation', () => {
  it('is written as upstream writes it', () =>
    expect(formatRollout(goal('hello-00001'))).toBe(
      '{"configurations":[{"configurationName":"hello","percent":100,"revisions":[{"revisionName":"hello-00001","percent":100}],"stepParams":{}}]}'
    ))
  it.each([
    ['absent', undefined],
    ['not JSON', '{'],
    ['of another shape', '[1]'],
    ['over 100 %', '{"configurations":[{"configurationName":"a","percent":101,"revisions":[{"revisionName":"r","percent":101}]}]}'],
    ['not adding up', '{"configurations":[{"configurationName":"a","percent":10,"revisions":[{"revisionName":"r","percent":9}]}]}'],
    [
      'with a step over its share',
      '{"configurations":[{"configurationName":"a","percent":1,"revisions":[{"revisionName":"r","percent":1}],"stepParams":{"stepSize":2}}]}'
    ]
  ])('is discarded when %s', (_, text) => expect(parseRollout(text)).toBeUndefined())
})
