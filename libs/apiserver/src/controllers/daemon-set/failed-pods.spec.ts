import { describe, expect, it } from '@jest/globals'
import { FailedPods } from './failed-pods.ts'

describe('pods that fail again and again', () => {
  it('wait longer each time, up to 15 minutes', () => {
    const failed = new FailedPods()
    let now = 1_000_000
    const waits: number[] = []
    for (let round = 0; round < 13; round++) {
      waits.push(Math.max(failed.mayGoAt('a') - now, 0) / 1000)
      now = Math.max(failed.mayGoAt('a'), now)
      failed.goes('a', now)
    }
    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
    expect(failed.mayGoAt('b')).toBeLessThan(now)
  })

  it('are forgotten half an hour after the last', () => {
    const failed = new FailedPods()
    failed.goes('a', 0)
    failed.goes('a', 10_000)
    failed.goes('b', 1_800_000)
    expect(failed.mayGoAt('a')).toBe(12_000)
    failed.goes('a', 1_810_001)
    expect(failed.mayGoAt('a')).toBe(1_811_001)
    expect(failed.mayGoAt('b')).toBe(1_801_000)
  })
})
