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

  it('is right about loads with long pauses, at any length', () => {
    for (const size of [1, 3, 6, 60]) {
      const window = new LinearWindow(size)
      const readings: number[] = []
      // 150 s of nothing, 20 s of load, ...; a second reading comes for the second before.
      for (let second = 0; second < 700; second++) {
        const value = second % 170 < 150 ? 0 : 1 + (second % 7)
        window.record(second * 1000, value)
        readings.push(value)
        if (second > 0 && size > 1 && second % 11 === 0) {
          window.record((second - 1) * 1000, value)
          readings[second - 1] = (readings[second - 1] ?? 0) + value
        }
        const seen = readings.slice(-size)
        expect([size, second, window.average(second * 1000)]).toEqual([
          size,
          second,
          Math.round((seen.reduce((sum, one) => sum + one, 0) / seen.length) * 1e6) / 1e6
        ])
      }
    }
  })

  it('is right after it was resized while there was no load, and while there was', () => {
    const window = new LinearWindow(6)
    const averages = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0].map((value, second) => {
      if (second === 2) window.resize(10)
      if (second === 5) window.resize(4)
      if (second === 7) window.resize(8)
      window.record(second * 1000, value)
      return window.average(second * 1000)
    })
    // Resized to 4 in second 5 and to 8 in second 7, it keeps the load of second 3, and does not know what was before.
    expect(averages).toEqual([0, 0, 0, 1, 0.8, 1, 1, 0.8, 0.666667, 0.571429, 0.5, 0])
  })

  it('knows a window without load from one without readings', () => {
    const window = new LinearWindow(6)
    for (let second = 0; second < 20; second++) window.record(second * 1000, 0)
    expect([window.average(19_000), window.isEmpty(19_000), window.isEmpty(25_000), window.isEmpty(26_000)]).toEqual([
      0,
      false,
      false,
      true
    ])
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
