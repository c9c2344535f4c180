import { describe, expect, it } from '@jest/globals'
import { scheduleProblem } from './schedule-problem.ts'

describe('a schedule', () => {
  it.each(['* * * * *', '*/5 0-12 1,15 jan-mar MON', '@daily', '@every 1h30m', 'TZ=Europe/Berlin 0 0 * * *', '0 0 ? * *'])(
    'may be %s',
    (text) => {
      expect(scheduleProblem(text)).toBeUndefined()
    }
  )

  it.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['@often', 'unrecognized descriptor: @often'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['TZ=Nowhere/None 0 0 * * *', 'provided bad location Nowhere/None: unknown time zone Nowhere/None']
  ])('%s is refused in the words of the reference', (text, problem) => {
    expect(scheduleProblem(text)).toBe(problem)
  })
})
