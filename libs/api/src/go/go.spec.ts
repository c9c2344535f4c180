import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { formatDuration, parseDuration } from './duration.ts'
import { fixed, parseBoolean, parseFloat64, parseInteger, parseUnsigned, plain } from './number.ts'
import { quote } from './parsed.ts'
import { parseQuantity } from './quantity.ts'

const textOf = <T>(result: { ok: true; value: T } | { ok: false; error: string }): T | string => (result.ok ? result.value : result.error)

describe('durations', () => {
  it.each([
    ['1h', '1h0m0s'],
    ['90s', '1m30s'],
    ['1.5s', '1.5s'],
    ['100ms', '100ms'],
    ['1500us', '1.5ms'],
    ['2µs', '2µs'],
    ['7ns', '7ns'],
    ['-1m', '-1m0s'],
    ['+3s', '3s'],
    ['0', '0s'],
    ['.5s', '500ms'],
    ['1.s', '1s'],
    ['25h1m', '25h1m0s']
  ])('%s is %s', (text, printed) => {
    const result = parseDuration(text)
    expect(result.ok && formatDuration(result.value)).toBe(printed)
  })

  it.each([
    ['', 'time: invalid duration ""'],
    ['1', 'time: missing unit in duration "1"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['-', 'time: invalid duration "-"'],
    ['.s', 'time: invalid duration ".s"'],
    ['300000000h', 'time: invalid duration "300000000h"'],
    [' 1s', 'time: invalid duration " 1s"']
  ])('%j is refused: %s', (text, error) => {
    expect(parseDuration(text)).toEqual({ ok: false, error })
  })

  it('are read as they were printed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }), (nanoseconds) => {
        expect(parseDuration(formatDuration(nanoseconds))).toEqual({ ok: true, value: nanoseconds })
      })
    )
  })
})

describe('numbers', () => {
  it.each([
    ['12', 12],
    ['+1', 1],
    ['01', 1],
    ['-2147483648', -2147483648],
    ['2147483648', 'strconv.ParseInt: parsing "2147483648": value out of range'],
    ['1.0', 'strconv.ParseInt: parsing "1.0": invalid syntax'],
    ['', 'strconv.ParseInt: parsing "": invalid syntax'],
    [' 1', 'strconv.ParseInt: parsing " 1": invalid syntax']
  ])('integer %j is %j', (text, value) => {
    expect(textOf(parseInteger(text, 32))).toBe(value)
  })

  it.each([
    ['1.5', 1.5],
    ['1_000', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['0x1p-2', 0.25],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['nan', NaN],
    ['1e999', 'strconv.ParseFloat: parsing "1e999": value out of range'],
    ['.', 'strconv.ParseFloat: parsing ".": invalid syntax'],
    ['1__0', 'strconv.ParseFloat: parsing "1__0": invalid syntax'],
    ['0x10', 'strconv.ParseFloat: parsing "0x10": invalid syntax']
  ])('float %j is %j', (text, value) => {
    expect(textOf(parseFloat64(text))).toBe(value)
  })

  it('without a sign and booleans have their own words', () => {
    expect(textOf(parseUnsigned('-1'))).toBe('strconv.ParseUint: parsing "-1": invalid syntax')
    expect(textOf(parseBoolean('T'))).toBe(true)
    expect(textOf(parseBoolean('yes'))).toBe('strconv.ParseBool: parsing "yes": invalid syntax')
  })

  it('print as Go prints them', () => {
    expect([plain(0.1), plain(100), plain(1e21), plain(0.00001), plain(Infinity), plain(NaN)]).toEqual([
      '0.1',
      '100',
      '1e+21',
      '1e-05',
      '+Inf',
      'NaN'
    ])
    expect([fixed(-2), fixed(0.5)]).toEqual(['-2.000000', '0.500000'])
    expect(quote('a"b\n\u00e4\u0001')).toBe('"a\\"b\\nä\\x01"')
  })
})

describe('quantities', () => {
  it.each([
    ['100m', '100m'],
    ['+1', '+1'],
    ['5.', '5.'],
    ['1e3', '1e3'],
    ['0.5', '500m'],
    ['1.5Gi', '1536Mi'],
    ['0.1Ki', '102400m'],
    ['1.0', '1'],
    ['0', '0']
  ])('%s is stored as %s', (text, stored) => {
    const result = parseQuantity(text)
    expect(result.ok && result.value.text).toBe(stored)
  })

  it.each(['', 'x', '1gb', '1 Gi', '1.2.3'])('%j has a wrong format', (text) => {
    expect(textOf(parseQuantity(text))).toMatch(/^quantities must match the regular expression/)
  })

  it.each(['1mi', '1m1', '1e', '--1'])('%j has a wrong suffix', (text) => {
    expect(textOf(parseQuantity(text))).toMatch(/^unable to parse quantity's suffix$/)
  })
})
