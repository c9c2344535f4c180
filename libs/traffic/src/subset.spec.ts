import { describe, expect, it } from '@jest/globals'
import { chooseSubset } from './subset.ts'

const five = [1, 2, 3, 4, 5].map((n) => `10.0.0.${n}`)

describe('chooseSubset', () => {
  it.each([
    ['hello-00001', 1, [5]],
    ['hello-00001', 2, [4, 5]],
    ['hello-00001', 3, [2, 4, 5]],
    ['svc-a-00007', 1, [2]],
    ['svc-a-00007', 2, [2, 4]],
    ['svc-a-00007', 3, [2, 4, 5]]
  ])('%s takes %d of five as upstream does', (key, wanted, last) => {
    expect(chooseSubset(five, wanted, key)).toEqual(last.map((n) => `10.0.0.${n}`))
  })

  it.each([0, 5, 9])('takes all when %d are wanted of five', (wanted) => expect(chooseSubset(five, wanted, 'x')).toEqual(five))
  it('does not depend on the order of addresses', () =>
    expect(chooseSubset([...five].toReversed(), 2, 'k')).toEqual(chooseSubset(five, 2, 'k')))
  it('finds a slot for every one of 300 addresses', () => {
    const many = Array.from({ length: 300 }, (_, i) => `10.1.${i >> 8}.${i & 255}`)
    expect(new Set(chooseSubset(many, 299, 'crowded')).size).toBe(299)
  })
})
