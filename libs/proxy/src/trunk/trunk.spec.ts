import { describe, expect, it } from '@jest/globals'
import { Seeded } from '../testing/seeded.ts'
import { frame, Heard, TrunkPair } from '../testing/trunk-pair.ts'
import { frameKind, mostConnections, requestWindow, responseWindow } from './frames.ts'

const trunk = (): Promise<TrunkPair> => new TrunkPair().greet()

describe('a trunk', () => {
  it('opens nothing before it has been greeted', async () => {
    const pair = new TrunkPair()
    expect(pair.client.open()).toBeUndefined()
    await pair.greet()
    expect([pair.ready, pair.client.open() !== undefined]).toEqual([true, true])
  })

  it.each([
    ['an answer of HTTP', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
    ['a connection', frame('open', 1)],
    ['a leave', frame('leave', 0)]
  ])('is given up by its dialling side for %s in the place of a greeting', async (_what, answer) => {
    const pair = new TrunkPair()
    pair.near.deliver(Buffer.from(answer))
    await pair.carry()
    expect([pair.near.destroyed, pair.ready, pair.gone]).toEqual([true, false, 1])
  })

  it('carries each byte of each connection in order, whatever the pieces and pauses, and its end behind them', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = new Seeded(seed)
      const pair = await trunk()
      const near = Array.from({ length: 1 + random.below(6) }, () => pair.open())
      const said = new Map<Heard, string>()
      await pair.carry()
      const ends = (): Heard[] => [...near, ...pair.accepted]
      const say = (one: Heard): void => {
        const text = String.fromCharCode(33 + random.below(90)).repeat(random.of([1, 10, 300, 20_000, 70_000, 150_000]))
        said.set(one, (said.get(one) ?? '') + text)
        one.wire.writeText(text)
      }
      for (let step = 0; step < 30; step++) {
        const one = random.of(ends())
        const move = random.below(4)
        if (move === 0) one.wire.pause()
        else if (move === 1) one.wire.resume()
        else say(one)
        if (random.below(3) === 0) await pair.carry(() => random.of([1, 7, 8, 9, 500, 100_000]) + (random.below(40) === 0 ? 0 : 3000))
      }
      for (const one of ends()) one.wire.resume()
      await pair.carry()
      for (const one of ends()) one.wire.end()
      await pair.carry()
      const other = (one: Heard): Heard =>
        (near.includes(one) ? pair.accepted[near.indexOf(one)] : near[pair.accepted.indexOf(one)]) as Heard
      for (const one of ends()) {
        expect(other(one).text === (said.get(one) ?? '')).toBe(true)
        expect([one.ended, one.closes, one.wire.destroyed]).toEqual([true, 1, true])
      }
      expect(pair.gone).toBe(1)
    }
  })

  it('holds back who writes more than the other side takes, and that one alone', async () => {
    const pair = await trunk()
    const [slow, quick] = [pair.open(), pair.open()]
    await pair.carry()
    const [from, other] = pair.accepted as [Heard, Heard]
    slow.wire.pause()
    from.wire.write(Buffer.alloc(responseWindow * 2, 's'))
    other.wire.writeText('quick')
    await pair.carry()
    expect([from.wire.congested, other.wire.congested, quick.text, slow.text]).toEqual([true, false, 'quick', ''])
    expect(pair.far.output.length).toBeLessThan(responseWindow + 200)
    slow.wire.resume()
    await pair.carry()
    expect([slow.text.length, from.wire.congested, from.drains]).toEqual([responseWindow * 2, false, 1])
  })

  it('tells who found it congested when it takes bytes again', async () => {
    const pair = await trunk()
    const one = pair.open()
    const unasked = pair.open()
    pair.near.congested = true
    expect(one.wire.congested).toBe(true)
    pair.near.congested = false
    pair.client.drained()
    expect([one.drains, unasked.drains]).toEqual([1, 0])
  })

  it('delivers what came before a reset, and then closes', async () => {
    const pair = await trunk()
    const one = pair.open()
    await pair.carry()
    const far = pair.accepted[0] as Heard
    one.wire.pause()
    far.wire.writeText('last words')
    far.wire.destroy()
    await pair.carry()
    expect([one.text, one.closes, far.closes]).toEqual(['', 0, 1])
    one.wire.resume()
    await pair.carry()
    expect([one.text, one.closes, one.ended]).toEqual(['last words', 1, false])
    one.wire.writeText('late')
    one.wire.end()
    one.wire.destroy()
    await pair.carry()
    expect(one.closes).toBe(1)
  })

  it.each([
    ['loses its connection', (pair: TrunkPair) => pair.near.destroy()],
    ['is ended by the accepting side', (pair: TrunkPair) => pair.near.endInput()]
  ])('that %s delivers what had come by it, and then closes', async (_what, end) => {
    const pair = await trunk()
    const [slow, quick] = [pair.open(), pair.open()]
    await pair.carry()
    slow.wire.pause()
    pair.accepted[0]?.wire.writeText('last words')
    await pair.carry()
    end(pair)
    await pair.carry()
    expect([slow.text, slow.closes, quick.closes]).toEqual(['', 0, 1])
    // Nobody will take what is written: whoever waits for that would wait for ever.
    expect([slow.wire.congested, slow.drains]).toEqual([false, 1])
    slow.wire.resume()
    await pair.carry()
    expect([slow.text, slow.closes, pair.gone]).toEqual(['last words', 1, 1])
  })

  it('never calls its owner from within what the owner calls', async () => {
    const pair = await trunk()
    const one = pair.open()
    one.wire.destroy()
    expect(one.closes).toBe(0)
    await Promise.resolve()
    expect(one.closes).toBe(1)
  })

  it('closes all of its connections once when it breaks, and behind the last one when they close', async () => {
    const pair = await trunk()
    const [one, two] = [pair.open(), pair.open()]
    await pair.carry()
    pair.near.destroy()
    pair.far.destroy()
    await pair.carry()
    expect([one.closes, two.closes, ...pair.accepted.map(({ closes }) => closes), pair.gone, pair.closed]).toEqual([1, 1, 1, 1, 1, 1])
    const next = await trunk()
    next.open().wire.destroy()
    expect([next.near.ended, next.client.open()]).toEqual([true, undefined])
  })

  it('serves what was opened before the dialling side heard that it goes, and ends behind it', async () => {
    const pair = await trunk()
    pair.open()
    await pair.carry()
    pair.server?.drain()
    const late = pair.open()
    late.wire.writeText('late')
    await pair.carry()
    expect([pair.accepted[1]?.text, pair.client.open(), pair.gone, pair.far.ended]).toEqual(['late', undefined, 1, false])
    for (const { wire } of pair.accepted) wire.destroy()
    await pair.carry()
    expect([late.closes, pair.far.ended, pair.near.ended]).toEqual([1, true, true])
  })

  it('takes so many connections and no more', async () => {
    const pair = await trunk()
    for (let count = 0; count < mostConnections; count++) pair.open()
    expect(pair.client.open()).toBeUndefined()
    await pair.carry()
    pair.far.deliver(frame('open', mostConnections + 1))
    expect([pair.accepted.length, pair.far.output.at(-8)]).toEqual([mostConnections, String.fromCharCode(frameKind.reset)])
  })

  it.each([
    ['more than the window', [frame('open', 1), frame('data', 1, requestWindow + 1)]],
    ['bytes behind the end', [frame('open', 1), frame('end', 1), frame('data', 1, 1)]],
    ['an id that is not new', [frame('open', 5), frame('open', 4)]],
    ['id 0', [frame('open', 0)]],
    ['an agreement to what was not asked', [frame('leave', 0)]],
    ['a greeting', [frame('greeting', 0)]],
    ['a frame of no known kind', [Buffer.alloc(8, 9)]]
  ])('of which the accepting side gets %s is broken', async (_what, frames) => {
    const pair = await trunk()
    pair.far.deliver(Buffer.concat(frames))
    await pair.carry()
    expect([pair.far.destroyed, pair.closed]).toEqual([true, 1])
    expect(pair.accepted.every(({ closes }) => closes === 1)).toBe(true)
  })

  it('is not minded for frames that were under way to a connection that has closed', async () => {
    const pair = await trunk()
    pair.far.deliver(frame('open', 1))
    pair.accepted[0]?.wire.destroy()
    pair.far.deliver(Buffer.concat([frame('data', 1, 3), Buffer.from('abc'), frame('window', 1, 3), frame('end', 1), frame('open', 2)]))
    expect([pair.far.destroyed, pair.accepted.length, pair.accepted[0]?.text]).toEqual([false, 2, ''])
  })

  it('without connections is closed by its accepting side after a while', async () => {
    const pair = await trunk()
    const now = performance.now()
    pair.server?.sweep(now)
    expect(pair.far.destroyed).toBe(false)
    pair.server?.sweep(now + 200)
    expect(pair.far.destroyed).toBe(true)
  })
})
