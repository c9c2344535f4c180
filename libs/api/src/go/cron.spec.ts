import { describe, expect, it } from '@jest/globals'
import { scheduleProblem, zoneProblem } from './cron.ts'

describe('schedules', () => {
  it.each([
    ['* * * *', 'expected 5 to 6 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-3 * * * *', 'beginning of range (5) beyond end of range (3): 5-3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['L * * * *', 'failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax'],
    ['@reboot', 'unrecognized descriptor: @reboot'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['CRON_TZ=Nowhere/Town * * * * *', 'provided bad location Nowhere/Town: unknown time zone Nowhere/Town'],
    ['TZ=UTC', 'expected 5 to 6 fields, found 0: []'],
    ['', 'empty spec string']
  ])('%j: %s', (schedule, problem) => expect(scheduleProblem(schedule)).toBe(problem))

  it.each([
    '* * * * *',
    '*/5 * * * * *',
    '0 0 1 JAN MON-FRI',
    '1, 2 * * * *',
    '@hourly',
    '@every 1h',
    '10/20 ? * * *',
    'TZ=Europe/Berlin 0 9 * * 1'
  ])('%j is one', (schedule) => expect(scheduleProblem(schedule)).toBeUndefined())
})

describe('time zones', () => {
  it.each(['', 'UTC', 'Local', 'Europe/Berlin', 'Asia/Calcutta', 'Asia/Kolkata', 'GMT'])('%j is one', (zone) =>
    expect(zoneProblem(zone)).toBeUndefined()
  )

  it.each([
    ['europe/berlin', 'unknown time zone europe/berlin'],
    ['+01:00', 'unknown time zone +01:00'],
    ['/etc/x', 'time: invalid location name'],
    ['../x', 'time: invalid location name']
  ])('%j: %s', (zone, problem) => expect(zoneProblem(zone)).toBe(problem))
})
