import { describe, expect, it } from '@jest/globals'
import { parseAutoscalerConfig } from '@knative-ts/api'
import { scalingSpecOf, type Measurement, type ScalingSpec } from '@knative-ts/scaling'
import { Decider, tickMs, type Beginning } from './decider.ts'

const begin = 1_000_000

/** Of a revision with these annotations (without their prefix) under these settings. */
function specOf(annotations: Record<string, string> = {}, config: Record<string, string> = {}, reachability = 'Reachable'): ScalingSpec {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`autoscaling.knative.dev/${name}`, value]))
  return scalingSpecOf({ annotations: prefixed, containerConcurrency: 0, reachability }, parseAutoscalerConfig(config))
}

const load = (stable: number, panic = stable): Measurement => ({ kind: 'measured', stable, panic })

/** What a decider wants at each tick of `seconds`, of which the first is a tick after its beginning. */
function wishes(decider: Decider, seconds: number, seen: (second: number) => Measurement, ready: number): number[] {
  const all: number[] = []
  for (let second = tickMs / 1000; second <= seconds; second += tickMs / 1000) {
    decider.tick(seen(second), ready, begin + second * 1000)
    all.push(decider.verdict.desired)
  }
  return all
}

describe('an autoscaler that has been started anew', () => {
  const cases: readonly [
    string,
    Beginning,
    ScalingSpec,
    Measurement,
    { readonly held: number; readonly after: number; readonly seconds: number }
  ][] = [
    [
      'keeps ten pods of which it knows no load, for a stable window',
      { ready: 10, present: 10 },
      specOf(),
      load(0),
      { held: 10, after: 5, seconds: 60 }
    ],
    [
      'keeps pods that were asked for and are not ready yet',
      { ready: 2, present: 8 },
      specOf(),
      load(10),
      { held: 8, after: 1, seconds: 60 }
    ],
    ['keeps the last pod', { ready: 1, present: 1 }, specOf(), load(0), { held: 1, after: 0, seconds: 60 }],
    [
      'keeps for as long as the revision’s own window says',
      { ready: 1, present: 1 },
      specOf({ window: '10s' }),
      load(0),
      { held: 1, after: 0, seconds: 8 }
    ],
    [
      'keeps pods that no Route leads to',
      { ready: 3, present: 3 },
      specOf({}, {}, 'Unreachable'),
      load(0),
      { held: 3, after: 0, seconds: 60 }
    ],
    [
      'keeps for the whole scale-down-delay',
      { ready: 1, present: 6 },
      specOf({ 'scale-down-delay': '2m' }),
      load(100),
      { held: 6, after: 2, seconds: 120 }
    ],
    ['keeps nothing of a revision that slept', { ready: 0, present: 0 }, specOf(), load(0), { held: 0, after: 0, seconds: 60 }],
    ['asks for more at once', { ready: 2, present: 2 }, specOf(), load(700), { held: 10, after: 10, seconds: 60 }]
  ]
  it.each(cases)('%s', (_what, beginning, spec, seen, { held, after, seconds }) => {
    const decider = new Decider(spec, beginning, begin)
    expect(decider.verdict.desired).toBe(-1)
    const all = wishes(decider, seconds + 20, () => seen, beginning.ready)
    expect(new Set(all.slice(0, (seconds * 1000) / tickMs - 1))).toEqual(new Set([held]))
    expect(all.at(-1)).toBe(after)
  })

  it('says nothing while it has no data', () => {
    const decider = new Decider(specOf(), { ready: 3, present: 3 }, begin)
    expect(wishes(decider, 200, () => ({ kind: 'no-data' }), 3).at(-1)).toBe(-1)
  })
})

describe('a new revision', () => {
  it('is not held: nobody has decided about it before', () => {
    const decider = new Decider(specOf({ 'initial-scale': '3' }), { ready: 0, present: 0 }, begin)
    expect(wishes(decider, 2, () => load(0), 3)).toEqual([1])
  })

  it('has the spare capacity of its initial scale until something is known', () => {
    const excess = (annotations: Record<string, string>) =>
      new Decider(specOf(annotations), { ready: 0, present: 0 }, begin).verdict.excessBurstCapacity
    expect([excess({}), excess({ 'initial-scale': '3' })]).toEqual([-111, 89])
    expect([excess({ 'target-burst-capacity': '0' }), excess({ 'target-burst-capacity': '-1' })]).toEqual([0, -1])
  })
})

describe('scale-down-delay', () => {
  const of = (delay: string): ScalingSpec => specOf({}, { 'scale-down-delay': delay })
  const calm = { ready: 1, present: 0 }
  // Ten pods' worth for the first 10 s.
  const burst = (second: number): Measurement => load(second <= 10 ? 700 : 70)

  it('keeps the highest wish of the delay', () => {
    const decider = new Decider(of('20s'), calm, begin)
    const all = wishes(decider, 40, burst, 10)
    expect([all[4], all[12], all[13], all.at(-1)]).toEqual([10, 10, 10, 5])
  })

  it('applies when the configuration changes, in both directions', () => {
    const decider = new Decider(of('0s'), calm, begin)
    decider.spec = of('20s')
    wishes(decider, 10, burst, 10)
    decider.tick(load(70), 10, begin + 12_000)
    expect(decider.verdict.desired).toBe(10)
    decider.spec = of('4s')
    decider.tick(load(70), 10, begin + 14_000)
    expect(decider.verdict.desired).toBe(5)
    decider.spec = of('0s')
    decider.tick(load(700), 10, begin + 16_000)
    decider.tick(load(350), 10, begin + 18_000)
    expect(decider.verdict.desired).toBe(5)
  })

  it('holds nothing that no Route leads to', () => {
    const decider = new Decider(specOf({ 'scale-down-delay': '1h' }, {}, 'Unreachable'), calm, begin)
    expect(wishes(decider, 20, burst, 10).at(-1)).toBe(1)
  })
})

it('looks again when spare capacity changes sign, though the count stays', () => {
  const decider = new Decider(specOf(), { ready: 3, present: 0 }, begin)
  expect(decider.tick(load(0), 3, begin + 2_000)).toBe(true)
  expect(decider.tick(load(10), 3, begin + 4_000)).toBe(false)
  expect(decider.tick(load(10, 100), 3, begin + 6_000)).toBe(true)
  expect(decider.verdict.excessBurstCapacity).toBe(-11)
})
