import { describe, expect, it } from '@jest/globals'
import { afterEnd, type BackOff, goDuration, reducedBackOff } from './restart-back-off.ts'

describe('afterEnd', () => {
  it('restarts at once first, then doubles from one second up to a minute', () => {
    let state: BackOff = { failures: 0 }
    const delays: number[] = []
    for (let restart = 0; restart < 9; restart++) {
      const next = afterEnd(reducedBackOff, state, 100)
      delays.push(next.delayMs)
      state = next.state
    }
    expect(delays).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('starts over after a good run of twice the maximum', () => {
    expect(afterEnd(reducedBackOff, { failures: 7 }, 120_000)).toEqual({ state: { failures: 1 }, delayMs: 0 })
    expect(afterEnd(reducedBackOff, { failures: 7 }, 119_999).delayMs).toBe(60_000)
  })
})

describe('goDuration', () => {
  it.each([
    [500, '500ms'],
    [1_000, '1s'],
    [32_000, '32s'],
    [60_000, '1m0s'],
    [300_000, '5m0s']
  ])('prints %d ms as %s', (ms, text) => expect(goDuration(ms)).toBe(text))
})
