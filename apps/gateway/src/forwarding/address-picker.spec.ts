import { describe, expect, it } from '@jest/globals'
import { AddressPicker } from './address-picker.ts'

const pick = (picker: AddressPicker, excluded: readonly string[] = []): string | undefined =>
  picker.pick(['a', 'b', 'c'], new Set(excluded))

describe('the address of a request', () => {
  it('takes turns among equals', () => {
    const picker = new AddressPicker()
    expect([1, 2, 3, 4].map(() => pick(picker)).join('')).toBe('abca')
  })

  it('is the one with the fewest requests', () => {
    const picker = new AddressPicker()
    for (const address of ['a', 'a', 'b', 'c', 'c']) picker.begin(address)
    expect([1, 2, 3].map(() => pick(picker)).join('')).toBe('bbb')
    picker.end('a')
    picker.end('a')
    expect(pick(picker)).toBe('a')
  })

  it('is none that was tried', () => {
    const picker = new AddressPicker()
    expect([pick(picker, ['a', 'b']), pick(picker, ['a', 'b', 'c']), picker.pick([], new Set())]).toEqual(['c', undefined, undefined])
  })
})
