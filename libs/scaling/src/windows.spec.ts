import { describe, expect, it } from '@jest/globals'
import { LinearWindow, MaxWindow, WeightedWindow } from './index.ts'

describe('the linear window (reference 13)', () => {
  it('averages what was recorded in the seconds that it has seen', () => {
    const window = new LinearWindow(6)
    const recordings: [number, number, number][] = [
      [0, 10, 10],
      [0.5, 5, 15],
      [1, 7, 11],
      [3, 9, 7.75]
    ]
    for (const [at, value, average] of recordings) {
      window.record(at * 1000, value)
      expect(window.average(at * 1000)).toBe(average)
    }
    const later: [number, number][] = [
      [4, 7.75],
      [5, 7.75],
      [6, 5.333333],
      [7, 4.5],
      [8, 9],
      [9, 0],
      [10, 0]
    ]
    for (const [at, average] of later) expect([at, window.average(at * 1000)]).toEqual([at, average])
    expect([window.isEmpty(9_000), window.isEmpty(10_000)]).toEqual([false, true])
    window.record(9_000, 4)
    expect(window.average(9_000)).toBe(4)
  })

  it('puts a late reading into its own second and drops one that is too old', () => {
    const window = new LinearWindow(6)
    window.record(10_000, 6)
    window.record(8_000, 3)
    expect(window.average(10_000)).toBe(3)
    window.record(4_000, 100)
    expect(window.average(10_000)).toBe(3)
  })

  it.each([
    [3, 8],
    [12, 5.166667]
  ])('keeps the newest readings when it is resized to %d seconds', (seconds, average) => {
    const window = new LinearWindow(6)
    for (const [at, value] of [1, 2, 4, 7, 8, 9].entries()) window.record(at * 1000, value)
    window.resize(seconds)
    expect(window.average(5_000)).toBe(average)
  })
})

it.each([
  [6, 3, 37.25986208],
  [6, 4, 8.027393941],
  [6, 6, 0.371814064],
  [60, 3, 16.384],
  [60, 4, 13.1072],
  [60, 6, 8.388608]
])('the weighted window of %d s seen at t=%d averages to %d (reference 13)', (seconds, at, average) => {
  const window = new WeightedWindow(seconds)
  for (const [second, value] of [10, 20, 30, 40].entries()) window.record(second * 1000, value)
  expect(window.average(at * 1000)).toBeCloseTo(average, 8)
})

it('the max window forgets a peak after its delay', () => {
  const window = new MaxWindow(6_000, 2_000)
  expect([5, 3, 2, 1, 1].map((value, tick) => window.record(tick, value))).toEqual([5, 5, 5, 3, 2])
})

it('the max window follows another delay', () => {
  const window = new MaxWindow(6_000, 2_000)
  expect([5, 3, 2].map((value, tick) => window.record(tick, value))).toEqual([5, 5, 5])
  window.resize(4_000)
  expect(window.record(3, 1)).toBe(2)
  window.resize(8_000)
  expect([4, 5, 6, 7].map((tick) => window.record(tick, 0))).toEqual([2, 2, 1, 0])
})
