import { expect, it } from '@jest/globals'
import { calm, decide, initialMood, type Mood, type ScaleTarget } from './decide.ts'

const want: ScaleTarget = {
  target: 70,
  total: 100,
  maxUpRate: 1000,
  maxDownRate: 2,
  panicThreshold: 2,
  stableWindowMs: 60_000,
  targetBurstCapacity: 211,
  activationScale: 1,
  reachable: true
}
const small = { target: 7, total: 10 }

it.each<[number, number, number, Partial<ScaleTarget>, number, Mood['kind'], number]>([
  [0, 1, 10, {}, 1, 'calm', -221],
  [1, 10, 150, {}, 3, 'panic', -261],
  [3, 0, 0, {}, 1, 'calm', 89],
  [1, 0, 0, {}, 0, 'calm', -111],
  [10, 70, 70, { ...small, targetBurstCapacity: 7 }, 10, 'calm', 23],
  [10, 7, 7, { ...small, targetBurstCapacity: 0 }, 5, 'calm', 0],
  [10, 7, 7, { ...small, targetBurstCapacity: -1, reachable: false }, 1, 'calm', -1],
  [0, 1, 1, { activationScale: 4 }, 4, 'calm', -212],
  [2, 100_000_000, 0, { maxUpRate: 10 }, 20, 'calm', -11]
])(
  'with %d ready, stable %d and panic %d, %j wants %d pods, is %s, excess burst %d',
  (ready, stable, panic, over, desired, mood, burst) => {
    const decision = decide({ stable, panic }, ready, { ...want, ...over }, calm, 0)
    expect([decision.desired, decision.mood.kind, decision.excessBurstCapacity]).toEqual([desired, mood, burst])
  }
)

it('never shrinks in a panic, and calms down one stable window after the last burst', () => {
  let mood: Mood = calm
  const at = (seconds: number, stable: number, panic: number) => {
    const decision = decide({ stable, panic }, 1, want, mood, seconds * 1000)
    mood = decision.mood
    return [decision.desired, decision.mood.kind]
  }
  expect(at(0, 10, 700)).toEqual([10, 'panic'])
  expect(at(2, 10, 70)).toEqual([10, 'panic'])
  expect(at(60, 10, 70)).toEqual([10, 'panic'])
  expect(at(61, 10, 70)).toEqual([1, 'calm'])
})

it('starts in panic with the pods that are there, so that a restart shrinks nothing', () => {
  expect(initialMood(5, 100)).toEqual({ kind: 'panic', at: 100, pods: 5 })
  expect(decide({ stable: 0, panic: 0 }, 5, want, initialMood(5, 100), 2_000).desired).toBe(5)
  expect(initialMood(1, 100)).toEqual(calm)
})
