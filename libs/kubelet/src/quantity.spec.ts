import { describe, expect, it } from '@jest/globals'
import { parseQuantity } from './quantity.ts'

describe('parseQuantity', () => {
  it.each([
    ['0', 0],
    ['250m', 0.25],
    ['1.5', 1.5],
    ['1k', 1_000],
    ['1Ki', 1_024],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['2e3', 2_000],
    ['1E', 1e18],
    ['.5', 0.5]
  ])('reads %s', (text, value) => expect(parseQuantity(text)).toBeCloseTo(value, 6))

  it.each(['', 'x', '1 Gi', '1KiB', '--1', '1e'])('refuses %j', (text) => expect(() => parseQuantity(text)).toThrow('is not a quantity'))
})
