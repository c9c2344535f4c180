import { expect, it } from '@jest/globals'
import { parsePeriod } from './period.ts'

it.each([
  ['PT1S', 1_000],
  ['PT0.2S', 200],
  ['PT1,5S', 1_500],
  ['-PT1S', -1_000],
  ['+PT2M', 120_000],
  ['PT0S', 0],
  ['P1D', 86_400_000],
  ['P1W', 604_800_000],
  ['PT1H30M', 5_400_000],
  ['P1Y2M3DT4H5M6S', 37090350000],
  ['PT600S', 600_000]
])('%s is %d ms', (text, ms) => {
  expect(parsePeriod(text)).toBe(ms)
})

it.each(['', 'P', 'PT', '1s', 'pt1s', 'PT1', 'P1S', 'PT1S ', 'PT1.S', 'PT1S2M', 'x', '--PT1S', 'P-1D'])('%j is no period', (text) => {
  expect(parsePeriod(text)).toBeUndefined()
})
