import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { OpenAccount } from './open-account.ts'
import { OpenLimit } from './open-limit.ts'

/** Takes as long as it may. */
function flood(account: OpenAccount): number {
  while (account.take());
  return account.open
}

describe('OpenLimit', () => {
  it.each([
    [100, 1, [50]],
    [100, 2, [50, 25]],
    [100, 3, [50, 25, 13]]
  ])('of %i leaves room for others: %i that flood one after the other get %j', (total, count, expected) => {
    const limit = new OpenLimit(total)
    expect(Array.from({ length: count }, () => flood(limit.account()))).toEqual(expected)
  })

  it('gives floods even parts as their requests end and others come', () => {
    const limit = new OpenLimit(99)
    const [one, other] = [limit.account(), limit.account()]
    flood(one)
    for (let turn = 0; turn < 200; turn++) {
      one.give()
      flood(other)
      flood(one)
      other.give()
      flood(one)
      flood(other)
    }
    expect(Math.abs(one.open - other.open)).toBeLessThanOrEqual(1)
    expect(one.open).toBeGreaterThanOrEqual(32)
  })

  it('says so when one is given back twice, and refuses a total that cannot be shared', () => {
    expect(() => new OpenLimit(10).account().give()).toThrow('given back more often than taken')
    expect(() => new OpenLimit(1)).toThrow('total 1: must be 2 or more')
  })

  it('never exceeds the total, and refuses only who has at least what is free', () => {
    const step = fc.record({ who: fc.nat(3), take: fc.boolean() })
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.array(step, { maxLength: 150 }), (total, steps) => {
        const limit = new OpenLimit(total)
        const accounts = Array.from({ length: 4 }, () => limit.account())
        for (const { who, take } of steps) {
          const account = accounts[who] as OpenAccount
          const free = total - limit.open
          const had = account.open
          if (take) expect(account.take()).toBe(had < free)
          else if (had > 0) account.give()
          expect(limit.open).toBeLessThanOrEqual(total)
          expect(limit.open).toBe(accounts.reduce((sum, { open }) => sum + open, 0))
        }
      })
    )
  })
})
