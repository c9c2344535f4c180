import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { type Admission, Breaker } from './breaker.ts'

const breaker = (limits: Partial<{ queueDepth: number; maxConcurrency: number; initialCapacity: number }> = {}): Breaker =>
  new Breaker({ queueDepth: 1, maxConcurrency: 1, initialCapacity: 1, ...limits })

/** Records admissions in the order in which they come. */
function asked(one: Breaker, log: string[], name: string, signal?: AbortSignal): void {
  void one.acquire(signal).then((admission) => log.push(`${name} ${admission}`))
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('Breaker', () => {
  it('runs up to its capacity, lets the queue depth wait, and refuses the rest at once', async () => {
    const one = breaker({ queueDepth: 1, maxConcurrency: 2, initialCapacity: 2 })
    const log: string[] = []
    for (const name of ['a', 'b', 'c', 'd']) asked(one, log, name)
    await settle()
    expect(log).toEqual(['a admitted', 'b admitted', 'd queue-full'])
    expect([one.running, one.inFlight, one.totalSlots]).toEqual([2, 3, 3])
    one.release()
    await settle()
    expect(log.at(-1)).toBe('c admitted')
  })

  it('serves waiters in the order of their arrival, before newcomers', async () => {
    const one = breaker({ queueDepth: 10 })
    const log: string[] = []
    for (const name of ['a', 'b', 'c']) asked(one, log, name)
    await settle()
    one.release()
    expect(one.tryAcquire()).toBe(false)
    await settle()
    one.release()
    await settle()
    expect(log).toEqual(['a admitted', 'b admitted', 'c admitted'])
  })

  it('gives a cancelled place in the queue to somebody else', async () => {
    const one = breaker()
    const log: string[] = []
    const leaves = new AbortController()
    asked(one, log, 'a')
    asked(one, log, 'b', leaves.signal)
    leaves.abort()
    asked(one, log, 'c')
    await settle()
    one.release()
    await settle()
    expect(log).toEqual(['a admitted', 'b cancelled', 'c admitted'])
    one.release()
    expect([one.running, one.inFlight]).toEqual([0, 0])
  })

  it('does not admit who was cancelled before asking', async () => {
    expect(await breaker().acquire(AbortSignal.abort())).toBe('cancelled')
  })

  it('ignores a cancellation that comes after admission', async () => {
    const one = breaker()
    const leaves = new AbortController()
    expect(await one.acquire(leaves.signal)).toBe('admitted')
    leaves.abort()
    expect(one.running).toBe(1)
  })

  it('holds everybody at capacity 0 and wakes as many as new capacity allows', async () => {
    const one = breaker({ queueDepth: 10, maxConcurrency: 10, initialCapacity: 0 })
    const log: string[] = []
    for (const name of ['a', 'b', 'c']) asked(one, log, name)
    await settle()
    expect(log).toEqual([])
    one.resize(2)
    await settle()
    expect(log).toEqual(['a admitted', 'b admitted'])
    one.resize(1)
    one.release()
    await settle()
    expect(log).toHaveLength(2)
    one.release()
    await settle()
    expect(log.at(-1)).toBe('c admitted')
  })

  it('passes over many who came and left', async () => {
    const one = breaker({ queueDepth: 10, maxConcurrency: 10, initialCapacity: 0 })
    const log: string[] = []
    asked(one, log, 'first')
    for (let turn = 0; turn < 500; turn++) {
      const leaves = new AbortController()
      const admission = one.acquire(leaves.signal)
      leaves.abort()
      expect(await admission).toBe('cancelled')
    }
    asked(one, log, 'last')
    one.resize(2)
    await settle()
    expect(log).toEqual(['first admitted', 'last admitted'])
    expect(one.inFlight).toBe(2)
  })

  it('says so when a slot is given back twice', () => {
    const one = breaker()
    expect(one.tryAcquire()).toBe(true)
    one.release()
    expect(() => one.release()).toThrow('released more often than acquired')
  })

  it.each([
    [{ queueDepth: -1 }, 'queueDepth -1'],
    [{ maxConcurrency: 0, initialCapacity: 0 }, 'maxConcurrency 0'],
    [{ initialCapacity: 2 }, 'initialCapacity 2']
  ])('refuses limits %j', (limits, message) => {
    expect(() => breaker(limits)).toThrow(message)
  })

  it('never runs more than its capacity allows nor admits more than its slots, whatever happens', async () => {
    const step = fc.oneof(
      fc.constant({ do: 'ask' as const }),
      fc.constant({ do: 'release' as const }),
      fc.record({ do: fc.constant('cancel' as const), which: fc.nat(20) }),
      fc.record({ do: fc.constant('resize' as const), to: fc.nat(5) })
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const one = breaker({ queueDepth: 3, maxConcurrency: 5, initialCapacity: 2 })
        const asks: { readonly cancel: AbortController; admission?: Admission }[] = []
        for (const what of steps) {
          const before = one.running
          if (what.do === 'ask') {
            const ask: (typeof asks)[number] = { cancel: new AbortController() }
            asks.push(ask)
            void one.acquire(ask.cancel.signal).then((admission) => (ask.admission = admission))
          } else if (what.do === 'release' && one.running > 0) one.release()
          else if (what.do === 'cancel') asks[what.which]?.cancel.abort()
          else if (what.do === 'resize') one.resize(what.to)
          // Less capacity stops nobody; beyond it nobody starts.
          expect(one.running).toBeLessThanOrEqual(Math.max(one.capacity, before))
          expect(one.inFlight).toBeLessThanOrEqual(one.totalSlots)
        }
        one.resize(5)
        while (one.running > 0) one.release()
        await settle()
        expect(one.inFlight).toBe(0)
        expect(asks.every((ask) => ask.admission !== undefined)).toBe(true)
      })
    )
  })
})
