import { describe, expect, it } from '@jest/globals'
import { zonedTime } from './cron-job-of.ts'
import { isTimeZone, parseSchedule } from './schedule.ts'

const at = (text: string) => Date.parse(text)
const shown = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString())

describe('a schedule', () => {
  it.each([
    ['*/5 * * * *', undefined, '2030-01-01T00:05:00.000Z'],
    ['0 9 * * MON-FRI', undefined, '2030-01-01T09:00:00.000Z'],
    ['0 9 ? * 1-5', 'Europe/Berlin', '2030-01-01T08:00:00.000Z'],
    ['@daily', undefined, '2030-01-02T00:00:00.000Z'],
    ['@every 1h30m', undefined, '2030-01-01T01:30:00.000Z'],
    ['0 0 31 2 *', undefined, undefined]
  ])('%s in %s is due next at %s', (text, zone, next) => {
    expect(shown(parseSchedule(text, zone).next(at('2030-01-01T00:00:00Z')))).toBe(next)
  })

  it('knows its last time, the present one included', () => {
    const schedule = parseSchedule('0 * * * *')
    expect(shown(schedule.last(at('2030-01-01T00:00:00Z'), at('2030-01-01T05:00:00Z')))).toBe('2030-01-01T05:00:00.000Z')
    expect(shown(schedule.last(at('2030-01-01T00:00:00Z'), at('2030-01-01T05:59:59Z')))).toBe('2030-01-01T05:00:00.000Z')
    expect(schedule.last(at('2030-01-01T05:00:00Z'), at('2030-01-01T05:59:00Z'))).toBeUndefined()
  })

  it.each(['61 * * * *', '* * * * * *', 'now', '@every soon'])('%s is none', (text) => {
    expect(() => parseSchedule(text)).toThrow()
  })

  it('knows time zones by name', () => {
    expect(['Europe/Berlin', 'UTC', 'Nowhere/Land', 'Local', ''].map(isTimeZone)).toEqual([true, true, false, false, false])
    expect(zonedTime(at('2030-07-01T10:00:00Z'), 'Europe/Berlin')).toBe('2030-07-01T12:00:00+02:00')
    expect(zonedTime(at('2030-07-01T10:00:00Z'), 'UTC')).toBe('2030-07-01T10:00:00Z')
  })
})
