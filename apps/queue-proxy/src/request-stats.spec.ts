import { describe, expect, it } from '@jest/globals'
import { RequestStats } from './request-stats.ts'
import { encodeStat } from './stat-message.ts'

describe('RequestStats', () => {
  it('weighs concurrency by time, and proxied requests apart', () => {
    const stats = new RequestStats(0)
    stats.begin(0, false)
    stats.begin(500, true)
    stats.end(750, true)
    expect(stats.report(1000)).toEqual({
      averageConcurrentRequests: 1.25,
      averageProxiedConcurrentRequests: 0.25,
      requestCount: 2,
      proxiedRequestCount: 1
    })
  })

  it('keeps the concurrency of requests that outlive a report, and counts their arrival once', () => {
    const stats = new RequestStats(0)
    stats.begin(900, false)
    expect(stats.report(1000)).toMatchObject({ averageConcurrentRequests: 0.1, requestCount: 1 })
    expect(stats.report(3000)).toMatchObject({ averageConcurrentRequests: 1, requestCount: 0 })
    stats.end(3000, false)
    expect(stats.report(4000)).toMatchObject({ averageConcurrentRequests: 0, requestCount: 0 })
    expect(stats.total).toBe(1)
  })

  it('gives requests per second whatever the period', () => {
    const stats = new RequestStats(0)
    for (let turn = 0; turn < 10; turn++) {
      stats.begin(turn, false)
      stats.end(turn, false)
    }
    expect(stats.report(2000).requestCount).toBe(5)
  })
})

describe('encodeStat', () => {
  it('writes the seven fields of the Stat message, and leaves defaults out', () => {
    const zero = { averageConcurrentRequests: 0, averageProxiedConcurrentRequests: 0, requestCount: 0, proxiedRequestCount: 0 }
    expect(encodeStat({ ...zero, podName: '', processUptime: 0, timestampMs: 0 })).toHaveLength(0)
    const bytes = encodeStat({
      ...zero,
      podName: 'p',
      averageConcurrentRequests: 1,
      proxiedRequestCount: 2,
      processUptime: 3,
      timestampMs: 1
    })
    expect(bytes.toString('hex')).toBe(['0a0170', '11000000000000f03f', '290000000000000040', '310000000000000840', '38c0843d'].join(''))
  })
})
