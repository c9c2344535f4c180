import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { type Place, RevisionThrottler } from './revision-throttler.ts'

const throttler = (containerConcurrency: number): RevisionThrottler => new RevisionThrottler({ containerConcurrency, random: () => 0.9 })
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const podNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`)

/** Asks for `count` places and gives what came of them, in order, as it comes. */
function ask(one: RevisionThrottler, count: number, signal?: AbortSignal): (Place | string)[] {
  const got: (Place | string)[] = []
  for (let wish = 0; wish < count; wish++) void one.acquire(signal).then((place) => got.push(place))
  return got
}
const addresses = (got: readonly (Place | string)[]): string[] => got.map((one) => (typeof one === 'string' ? one : one.address))

describe('RevisionThrottler', () => {
  it.each([
    ['no pods', 0, 0, 0],
    ['no pods and a limit', 3, 0, 0],
    ['two pods and no limit', 0, 2, 2 ** 31 - 1],
    ['three pods of four', 4, 3, 12],
    ['more than a number of places', 1_000_000_000, 9, 2 ** 31 - 1]
  ])('with %s has this capacity', (_what, concurrency, pods, capacity) => {
    const one = throttler(concurrency)
    one.setPods(podNames(pods))
    expect(one.capacity).toBe(capacity)
  })

  it('without a limit holds all until there is a pod, and then lets all go', async () => {
    const one = throttler(0)
    const got = ask(one, 25)
    await settle()
    expect([got.length, one.waiting]).toEqual([0, 25])
    one.setPods(['p0'])
    await settle()
    expect(addresses(got)).toEqual(Array<string>(25).fill('p0'))
    expect([one.waiting, one.running]).toEqual([0, 25])
  })

  it('with a limit lets as many go as there are places, in their order', async () => {
    const one = throttler(2)
    const got = ask(one, 6)
    one.setPods(['p1', 'p0'])
    await settle()
    expect(addresses(got)).toEqual(['p0', 'p0', 'p1', 'p1'])
    expect(one.tryAcquire()).toBeUndefined()
    ;(got[2] as Place).release()
    await settle()
    expect(addresses(got).at(-1)).toBe('p1')
    expect(one.waiting).toBe(1)
  })

  it('gives a cancelled wish no place', async () => {
    const leaves = new AbortController()
    for (const concurrency of [0, 1]) {
      const one = throttler(concurrency)
      const got = ask(one, 1, leaves.signal)
      leaves.abort()
      one.setPods(['p0'])
      await settle()
      expect(addresses(got)).toEqual(['cancelled'])
      expect(one.tryAcquire()?.address).toBe('p0')
    }
  })

  it('gives the places of a new pod away though requests still run on the one before', async () => {
    const one = throttler(1)
    one.setPods(['p0'])
    const old = one.tryAcquire()
    one.setPods(['p1'])
    expect(one.tryAcquire()?.address).toBe('p1')
    expect(one.tryAcquire()).toBeUndefined()
    old?.release()
    expect(one.tryAcquire()).toBeUndefined()
    expect(one.running).toBe(1)
  })

  it('remembers what runs on a pod that comes back', () => {
    const one = throttler(1)
    one.setPods(['p0'])
    const place = one.tryAcquire()
    one.setPods([])
    one.setPods(['p0'])
    expect(one.tryAcquire()).toBeUndefined()
    place?.release()
    expect(one.tryAcquire()?.address).toBe('p0')
  })

  it('keeps to its own part of the pods, and to all of them without a limit', () => {
    const limited = throttler(1)
    limited.setPods(podNames(7))
    limited.setShare({ self: 0, activators: 3 })
    expect(limited.pods).toEqual(['p0', 'p1', 'p6'])
    expect(limited.capacity).toBe(3)
    const unlimited = throttler(0)
    unlimited.setPods(podNames(7))
    unlimited.setShare({ self: 0, activators: 3 })
    expect(unlimited.pods).toHaveLength(7)
  })

  it('keeps the limit of each pod together with others, whatever they do, while activators do not outnumber pods', async () => {
    const scene = fc.record({
      pods: fc.integer({ min: 1, max: 9 }),
      activators: fc.integer({ min: 1, max: 9 }),
      limit: fc.integer({ min: 1, max: 5 })
    })
    const step = fc.record({ who: fc.nat(8), release: fc.boolean(), which: fc.nat(50) })
    await fc.assert(
      fc.asyncProperty(
        scene.filter(({ pods, activators }) => activators <= pods),
        fc.array(step, { maxLength: 150 }),
        async ({ pods, activators, limit }, steps) => {
          const all = Array.from({ length: activators }, (_, self) => {
            const one = throttler(limit)
            one.setPods(podNames(pods))
            one.setShare({ self, activators })
            return one
          })
          // Each place is somebody's: together they are exactly what the pods have.
          expect(all.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(pods * limit)
          const running: Place[] = []
          for (const { who, release, which } of steps) {
            if (release) running.splice(which % Math.max(running.length, 1), 1)[0]?.release()
            else void all[who % activators]?.acquire().then((place) => void (typeof place !== 'string' && running.push(place)))
            await settle()
            const there = Map.groupBy(running, ({ address }) => address)
            for (const places of there.values()) expect(places.length).toBeLessThanOrEqual(limit)
          }
        }
      )
    )
  })

  it('never has more on a pod than it may, leaves no place empty while somebody waits, and forgets nobody', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant({ do: 'ask' as const }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(30) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('pods' as const), which: fc.subarray(podNames(4)) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('share' as const), self: fc.nat(2) }) }
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 5 }), fc.array(step, { maxLength: 80 }), async (concurrency, steps) => {
        const one = throttler(concurrency)
        const running = new Map<Place, string>()
        const cancels: AbortController[] = []
        let asked = 0
        let left = 0
        for (const what of steps) {
          if (what.do === 'ask') {
            const cancel = new AbortController()
            cancels.push(cancel)
            asked++
            void one.acquire(cancel.signal).then((place) => (typeof place === 'string' ? left++ : running.set(place, place.address)))
          } else if (what.do === 'release') {
            const [place] = [...running.keys()].slice(what.which % Math.max(running.size, 1))
            if (place !== undefined) {
              running.delete(place)
              left++
              place.release()
            }
          } else if (what.do === 'cancel') cancels[what.which]?.abort()
          else if (what.do === 'pods') one.setPods(what.which)
          else one.setShare({ self: what.self, activators: 3 })
          await settle()
          for (const pod of podNames(4)) {
            const there = [...running.values()].filter((address) => address === pod).length
            expect(there).toBeLessThanOrEqual(concurrency === 0 ? Infinity : concurrency)
          }
          const onOurs = [...running.values()].filter((address) => one.pods.includes(address)).length
          expect(one.waiting === 0 || onOurs === one.capacity).toBe(true)
          expect([one.running, one.waiting + one.running + left]).toEqual([running.size, asked])
        }
      })
    )
  })
})

describe('a Service in the place of pods', () => {
  it.each([
    ['without a limit', 0, 3, 2, 2 ** 31 - 1],
    ['alone', 2, 3, 0, 6],
    ['with another activator', 2, 3, 2, 3],
    ['with more activators than places', 1, 1, 5, 1]
  ])('%s, takes what is its part of the pods behind', async (_what, concurrency, pods, activators, capacity) => {
    const one = throttler(concurrency)
    one.setShare({ self: 0, activators })
    one.setPods(['p0'])
    one.setService({ address: 'service', pods })
    expect([one.capacity, one.pods]).toEqual([capacity, ['service']])
    const got = ask(one, 7)
    await settle()
    expect(addresses(got)).toEqual(Array<string>(Math.min(7, capacity)).fill('service'))
    one.setService(undefined)
    expect(one.pods).toEqual(['p0'])
    for (const place of got) (place as Place).release()
    await settle()
    expect(addresses(got).slice(capacity)).toEqual(Array<string>(Math.min(concurrency, Math.max(0, 7 - capacity))).fill('p0'))
  })
})
