import { describe, expect, it } from '@jest/globals'
import type { PingSource } from '@knative-ts/api'
import { virtualClock } from '@knative-ts/testing'
import { cronOf } from './cron-of.ts'
import { pingEventOf } from './ping-event.ts'
import { runSchedule } from './ping-schedule.ts'

describe('the times of a schedule are those of robfig/cron', () => {
  const after = new Date('2026-03-27T10:07:30Z')
  it.each<[string, string | undefined, string[]]>([
    ['* * * * *', undefined, ['2026-03-27T10:08:00Z', '2026-03-27T10:09:00Z']],
    ['*/15 * * * *', undefined, ['2026-03-27T10:15:00Z', '2026-03-27T10:30:00Z']],
    ['5/20 * * * *', undefined, ['2026-03-27T10:25:00Z', '2026-03-27T10:45:00Z', '2026-03-27T11:05:00Z']],
    ['10,20-22 11 * * *', undefined, ['2026-03-27T11:10:00Z', '2026-03-27T11:20:00Z', '2026-03-27T11:21:00Z']],
    ['*/20 * * * * *', undefined, ['2026-03-27T10:07:40Z', '2026-03-27T10:08:00Z']],
    ['0 0 ? * MON-tue', undefined, ['2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z', '2026-04-06T00:00:00Z']],
    ['0 0 1 jan,Jul *', undefined, ['2026-07-01T00:00:00Z', '2027-01-01T00:00:00Z']],
    // Both days given: either one will do.
    ['0 0 28 * 1', undefined, ['2026-03-28T00:00:00Z', '2026-03-30T00:00:00Z']],
    ['@hourly', undefined, ['2026-03-27T11:00:00Z']],
    ['@daily', undefined, ['2026-03-28T00:00:00Z']],
    ['@weekly', undefined, ['2026-03-29T00:00:00Z']],
    ['@yearly', undefined, ['2027-01-01T00:00:00Z']],
    ['0 9 * * *', 'America/New_York', ['2026-03-27T13:00:00Z']],
    ['CRON_TZ=Asia/Tokyo 0 9 * * *', undefined, ['2026-03-28T00:00:00Z']],
    // Clocks go forward in the night of the 29th.
    ['0 12 * * *', 'Europe/Berlin', ['2026-03-27T11:00:00Z', '2026-03-28T11:00:00Z', '2026-03-29T10:00:00Z']]
  ])('%s (%s)', (schedule, zone, times) => {
    const found = cronOf(schedule, zone).nextRuns(times.length, after)
    expect(found.map((time) => time.toISOString().replace('.000', ''))).toEqual(times)
  })

  it('and a schedule that is none is refused', () => {
    expect(() => cronOf('* * * *')).toThrow('five or six fields')
  })
})

describe('a schedule that runs', () => {
  it('ticks at each of its times, and no more once it is stopped', async () => {
    const clock = virtualClock(Date.parse('2026-01-01T00:00:30Z'))
    const stop = new AbortController()
    const ticks: string[] = []
    const done = runSchedule(cronOf('*/2 * * * *'), clock, stop.signal, (at) => ticks.push(at.toISOString().slice(11, 19)))
    await clock.advance(5 * 60_000)
    expect(ticks).toEqual(['00:02:00', '00:04:00'])
    stop.abort()
    await clock.advance(10 * 60_000)
    await done
    expect(ticks).toHaveLength(2)
    expect(clock.pending()).toBe(0)
  })
})

describe('the event of a tick', () => {
  const source = (spec: Partial<PingSource['spec']>): PingSource => ({
    apiVersion: 'sources.knative.dev/v1',
    kind: 'PingSource',
    metadata: { name: 'hello', namespace: 'default' },
    spec: { sink: { uri: 'http://sink' }, ...spec }
  })
  const tick = { id: 'an-id', time: '2026-01-01T00:00:00Z' }

  it('has the data of the source, and its type', () => {
    const event = pingEventOf(source({ contentType: 'application/json', data: '{"a":1}' }), tick)
    expect(Object.fromEntries(event.attributes)).toEqual({
      specversion: '1.0',
      id: 'an-id',
      source: '/apis/v1/namespaces/default/pingsources/hello',
      type: 'dev.knative.sources.ping',
      time: '2026-01-01T00:00:00Z',
      datacontenttype: 'application/json'
    })
    expect(Buffer.from(event.data ?? []).toString()).toBe('{"a":1}')
  })

  it('has bytes of base64', () => {
    expect(pingEventOf(source({ dataBase64: 'AAEC' }), tick).data).toEqual(Buffer.from([0, 1, 2]))
  })

  it('has no data when the source has none', () => {
    const event = pingEventOf(source({}), tick)
    expect(event.data).toBeUndefined()
    expect(event.attributes.has('datacontenttype')).toBe(false)
  })
})
