import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { Hold } from './hold.ts'
import { HoldBudget, type HoldLimits } from './hold-budget.ts'

const budget = (limits: Partial<HoldLimits> = {}): HoldBudget =>
  new HoldBudget({ totalBytes: 100, revisionBytes: 100, revisionRequests: 100, ...limits })
const never = (): void => {
  throw new Error('pushed out without need')
}

describe('HoldBudget', () => {
  it.each([
    ['the total', {}, [60, 40, 1], [true, true, false]],
    ['what one revision may cost', { revisionBytes: 50 }, [30, 30, 20], [true, false, true]],
    ['how many of one revision are held', { revisionRequests: 2 }, [1, 1, 1], [true, true, false]],
    ['a request that is greater than the total', { revisionBytes: 1000 }, [101, 100], [false, true]]
  ])('refuses over %s', (_what, limits, asked, expected) => {
    const account = budget(limits).open()
    expect(asked.map((bytes) => account.take(bytes, never) !== undefined)).toEqual(expected)
  })

  it('gives back what is released, once', () => {
    const all = budget()
    const account = all.open()
    const hold = account.take(100, never)
    hold?.release()
    hold?.release()
    expect([all.used, account.bytes, account.count]).toEqual([0, 0, 0])
    expect(account.take(100, never)).toBeDefined()
  })

  it('pushes out the newest of the greediest for one that holds less, and keeps the oldest', () => {
    const all = budget()
    const [flooding, behaving] = [all.open(), all.open()]
    const out: number[] = []
    for (let request = 0; request < 10; request++) flooding.take(10, () => out.push(request))
    expect(behaving.take(15, never)).toBeDefined()
    expect(out).toEqual([9, 8])
    expect([flooding.bytes, behaving.bytes, all.used]).toEqual([80, 15, 95])
  })

  it('refuses the greediest itself, and who would be', () => {
    const all = budget()
    const [one, other] = [all.open(), all.open()]
    one.take(50, never)
    other.take(50, never)
    expect(one.take(1, never)).toBeUndefined()
    expect(other.take(1, never)).toBeUndefined()
  })

  it('divides the total evenly between floods, in whatever order they come', () => {
    const all = budget()
    const accounts = [all.open(), all.open(), all.open(), all.open()]
    for (const account of accounts) for (let request = 0; request < 200; request++) account.take(1, () => undefined)
    expect(accounts.map(({ bytes }) => bytes)).toEqual([25, 25, 25, 25])
  })

  it('refuses limits that hold nothing', () => {
    expect(() => budget({ revisionBytes: 0 })).toThrow('revisionBytes 0: must be 1 or more')
  })

  it('keeps every limit, and refuses for the total only who would hold an even share of it', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), who: fc.nat(4), bytes: fc.integer({ min: 1, max: 30 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat(40) }) }
    )
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 100 }), fc.array(step, { maxLength: 120 }), (revisionBytes, steps) => {
        const limits = { totalBytes: 100, revisionBytes, revisionRequests: 8 }
        const all = new HoldBudget(limits)
        const accounts = Array.from({ length: 5 }, () => all.open())
        /** What is held by the model, oldest first. */
        const held: { readonly hold: Hold; readonly who: number }[] = []
        const forget = (hold: Hold): void =>
          void held.splice(
            held.findIndex((one) => one.hold === hold),
            1
          )
        for (const what of steps) {
          if (what.do === 'release') {
            const one = held[what.which % Math.max(held.length, 1)]
            one?.hold.release()
            if (one !== undefined) forget(one.hold)
          } else {
            const account = accounts[what.who] as (typeof accounts)[number]
            const before = { bytes: account.bytes, count: account.count }
            const self: { hold?: Hold } = {}
            const hold = account.take(what.bytes, () => {
              const newest = held.findLast(({ who }) => who === what.who)
              expect(newest?.hold).toBe(self.hold)
              forget(self.hold as Hold)
            })
            if (hold !== undefined) {
              self.hold = hold
              held.push({ hold, who: what.who })
            } else {
              expect([account.bytes, account.count]).toEqual([before.bytes, before.count])
              const own = before.bytes + what.bytes > revisionBytes || before.count >= limits.revisionRequests
              const others = accounts.filter((one) => one !== account && one.count > 0).length
              expect(own || (before.bytes + what.bytes) * (others + 1) > limits.totalBytes).toBe(true)
            }
          }
          expect(all.used).toBeLessThanOrEqual(limits.totalBytes)
          expect(all.used).toBe(held.reduce((sum, { hold }) => sum + hold.bytes, 0))
          for (const [who, account] of accounts.entries()) {
            const own = held.filter((one) => one.who === who)
            expect([account.bytes, account.count]).toEqual([own.reduce((sum, { hold }) => sum + hold.bytes, 0), own.length])
            expect(account.bytes).toBeLessThanOrEqual(revisionBytes)
            expect(account.count).toBeLessThanOrEqual(limits.revisionRequests)
          }
        }
      }),
      { numRuns: 300 }
    )
  })
})
