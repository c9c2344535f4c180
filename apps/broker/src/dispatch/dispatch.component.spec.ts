import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { RetryRule } from '@knative-ts/eventing'
import { eventually } from '@knative-ts/testing'
import type { DeliveryEnd } from '../delivery/delivery.ts'
import type { Subscription } from '../table/subscription.ts'
import { ControlledSink } from '../testing/controlled-sink.ts'
import { storedEvent } from '../testing/event.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { noObserver, type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { broker, completeTable, destination, subscription, trigger } from '../testing/table-of.ts'
import { lineLimits } from './line.ts'

const b = broker('ht/b')
const channel = b.channel.key
const thrice: RetryRule = { retries: 2, policy: 'linear', delayMs: 10, timeoutMs: undefined, retryAfterMaxMs: undefined }

describe('events of a channel', () => {
  let sink: ControlledSink
  let store: MemoryStore
  let plane: RunningDataPlane
  let ended: { readonly subscription: string; readonly id: string; readonly end: DeliveryEnd; readonly reason: string }[]

  beforeEach(async () => {
    sink = await new ControlledSink().open()
    store = new MemoryStore()
    ended = []
  })
  afterEach(async () => {
    sink.release()
    await plane.stop()
    await sink.close()
  })

  const to = (name: string, over: Partial<Subscription> = {}): Subscription =>
    subscription(name, {
      channel,
      trigger: trigger(name, { broker: 'ht/b', subscriber: destination(sink.url(`/${name}`)) }),
      ...over
    })

  const start = async (subscriptions: readonly Subscription[], lingerMs = 60_000): Promise<void> => {
    const observer = {
      ...noObserver,
      ended: (one: Subscription, { id }: { readonly id: string }, end: DeliveryEnd, reason: string) =>
        void ended.push({ subscription: one.uid, id, end, reason })
    }
    plane = await startDataPlane(store, { observer, lingerMs })
    await serve(subscriptions)
  }
  const serve = async (subscriptions: readonly Subscription[]): Promise<void> => {
    plane.table.apply(completeTable({ channels: [b.channel], brokers: [b.broker], subscriptions }))
    await plane.dispatch.start()
    await plane.dispatch.settled()
  }
  const publish = async (ids: readonly string[], attributes: Readonly<Record<string, string>> = {}): Promise<void> => {
    for (const id of ids) expect(await plane.dispatch.keep(channel, undefined, storedEvent(id, attributes))).toMatchObject({ status: 202 })
  }
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))
  const parked = async (): Promise<number> => (await store.topics()).filter((name) => name.includes('.')).length
  const distinct = (path: string): number => new Set(sink.ids(path)).size

  it('that hang for one subscription do not hold up another: they are parked, and come when it goes on', async () => {
    const count = 4_000
    sink.answer = ({ path }) => (path === '/slow' ? 'hang' : 202)
    await start([to('slow'), to('fast')])
    await publish(numbered(count))
    await eventually(() => distinct('/fast') === count, 'all events at the fast one')
    await eventually(async () => sink.held === lineLimits.window && (await parked()) === 1, 'a full window, and the rest parked')
    sink.release()
    await eventually(() => distinct('/slow') === count, 'all events at the slow one')
    expect(sink.ids('/fast')).toHaveLength(count)
    expect(sink.ids('/slow')).toHaveLength(count)
  }, 240_000)

  it('wait in their channel when nobody else would go on: nothing is parked', async () => {
    sink.answer = () => 'hang'
    // Before anybody looks: one by one, on a slow machine, the first would hang for seconds while there is room, and be moved for that.
    const waiting = await store.openTopic(b.channel.uid)
    await waiting.publish(numbered(2_000).map((id) => ({ body: storedEvent(id) })))
    await start([to('slow')])
    await eventually(() => sink.held === lineLimits.window, 'a full window')
    expect(await parked()).toBe(0)
    sink.release()
    await eventually(() => distinct('/slow') === 2_000, 'all events')
  }, 240_000)

  it('are delivered in order for an ordered subscription, key by key, also when they are tried again', async () => {
    const tries = new Map<string, number>()
    sink.answer = ({ id }) => {
      const count = (tries.get(id) ?? 0) + 1
      tries.set(id, count)
      return Number(id.slice(1)) % 3 === 0 && count < 3 ? 503 : 202
    }
    await start([to('one', { ordered: true, retry: thrice })])
    for (const index of numbered(30)) for (const key of ['a', 'b']) await publish([`${key}${index}`], { partitionkey: key })
    await eventually(() => ended.length === 60, 'all to end')
    for (const key of ['a', 'b']) {
      const order = ended.filter(({ id }) => id.startsWith(key)).map(({ id }) => id)
      expect(order).toEqual(numbered(30).map((index) => `${key}${index}`))
    }
    // Nothing overtook: the first attempts came in order as well.
    expect([...new Set(sink.ids('/one').filter((id) => id.startsWith('a')))]).toEqual(numbered(30).map((index) => `a${index}`))
  }, 240_000)

  it('keep their order through the parking topic', async () => {
    const count = 3_000
    sink.answer = ({ path }) => (path === '/slow' ? 'hang' : 202)
    await start([to('slow', { ordered: true }), to('fast')])
    for (const id of numbered(count)) await publish([id], { partitionkey: String(Number(id) % 50) })
    await eventually(async () => distinct('/fast') === count && (await parked()) === 1, 'parked events')
    sink.release()
    await eventually(() => distinct('/slow') === count, 'all events at the slow one')
    for (let key = 0; key < 50; key++) {
      const order = sink.ids('/slow').filter((id) => Number(id) % 50 === key)
      expect(order).toEqual(numbered(count).filter((id) => Number(id) % 50 === key))
    }
  }, 240_000)

  it('that are poison end in the dead letter sink, and the others pass', async () => {
    sink.answer = ({ path, id }) => (path === '/one' && id === '3' ? 400 : 202)
    await start([to('one', { deadLetter: destination(sink.url('/dead')), retry: thrice })])
    await publish(numbered(10))
    await eventually(() => ended.length === 10, 'all to end')
    expect(sink.ids('/dead')).toEqual(['3'])
    expect(ended.filter(({ end }) => end === 'dead-lettered').map(({ id }) => id)).toEqual(['3'])
    expect(sink.ids('/one').toSorted()).toEqual(numbered(10))
  })

  it('that nobody takes are dropped where there is no dead letter sink, and that is told with their id', async () => {
    sink.answer = () => 500
    await start([to('one', { retry: thrice })])
    await publish(['lost'])
    await eventually(() => ended.length === 1, 'its end')
    expect(ended).toEqual([{ subscription: 'one', id: 'lost', end: 'dropped', reason: 'answered 500' }])
    expect(sink.ids('/one')).toHaveLength(3)
    expect(plane.dispatch.health.of('one').lastError).toBe(`${sink.url('/one')}: answered 500`)
  })

  it('are kept until a dead letter sink that is away takes them', async () => {
    let refusals = 0
    sink.answer = ({ path }) => (path === '/one' ? 400 : ++refusals <= 4 ? 503 : 202)
    await start([to('one', { deadLetter: destination(sink.url('/dead')), retry: thrice })])
    await publish(['1'])
    await eventually(() => ended.length === 1, 'its end')
    expect(ended).toMatchObject([{ id: '1', end: 'dead-lettered' }])
    expect(sink.ids('/dead')).toHaveLength(5)
    expect(new Set(sink.arrivals.filter(({ path }) => path === '/dead').map(({ headers }) => headers.get('ce-knativeerrorcode')))).toEqual(
      new Set(['400'])
    )
  }, 240_000)

  it('that a former process left are delivered once there is a table, and not before', async () => {
    sink.answer = ({ path }) => (path === '/slow' ? 'hang' : 202)
    await start([to('slow'), to('fast')])
    await publish(numbered(3_000))
    await eventually(async () => distinct('/fast') === 3_000 && (await parked()) === 1, 'parked events')
    await plane.stop()
    sink.release()
    const before = sink.arrivals.length
    plane = await startDataPlane(store)
    expect(sink.arrivals).toHaveLength(before)
    await serve([to('slow'), to('fast')])
    await eventually(() => distinct('/slow') === 3_000, 'what was left')
    // What was under way comes a second time, the rest once.
    expect(sink.ids('/slow').length).toBeLessThanOrEqual(3_000 + 2 * lineLimits.window)
  }, 240_000)

  it('come no more for a subscription that is gone, whose parking topic goes along', async () => {
    sink.answer = ({ path }) => (path === '/slow' ? 'hang' : 202)
    await start([to('slow'), to('fast')])
    await publish(numbered(3_000))
    await eventually(async () => distinct('/fast') === 3_000 && (await parked()) === 1, 'parked events')
    const nothing = { changed: [], removed: [] }
    plane.table.apply({
      ...completeTable({}),
      complete: false,
      channels: nothing,
      brokers: nothing,
      triggers: nothing,
      jobSinks: nothing,
      subscriptions: { changed: [], removed: ['slow'] }
    })
    await eventually(async () => (await parked()) === 0, 'its topic to go')
    await publish(['last'])
    await eventually(() => sink.ids('/fast').includes('last'), 'the last event')
    expect(sink.ids('/slow')).not.toContain('last')
  }, 240_000)

  it('still come for a subscription that a complete table leaves out', async () => {
    await start([to('one')])
    await serve([])
    await publish(['1'])
    await eventually(() => sink.ids('/one').length > 0, 'an event')
    expect(plane.table.subscriptions.size).toBe(1)
  })

  it('come no more for a subscription that complete tables have left out for a while', async () => {
    await start([to('one'), to('two')], 50)
    await serve([to('two')])
    await eventually(() => plane.table.subscriptions.size === 1, 'the subscription to go')
    await publish(['2'])
    await eventually(() => sink.ids('/two').includes('2'), 'the event at the other one')
    expect(sink.ids('/one')).toEqual([])
  })

  it('follow their subscription when it changes', async () => {
    await start([to('one')])
    await serve([to('one', { trigger: trigger('one', { broker: 'ht/b', subscriber: destination(sink.url('/other')) }) })])
    await publish(['1'])
    await eventually(() => sink.ids('/other').length === 1, 'an event elsewhere')
    expect(sink.ids('/one')).toEqual([])
  })

  it('are refused before they are taken while the store has trouble', async () => {
    await start([to('one')])
    store.problem = 'no space is left on the device'
    expect(await plane.dispatch.keep(channel, undefined, storedEvent('1'))).toEqual({ status: 503, reason: store.problem })
    store.problem = undefined
    await publish(['2'])
    await eventually(() => sink.ids('/one').length === 1, 'an event')
    expect(sink.ids('/one')).toEqual(['2'])
  })

  it('that are due and do not move are told of, with their channel', async () => {
    await start([to('one')])
    expect(plane.dispatch.stuck(performance.now() + 60_000)).toEqual([])
    store.stalled = true
    await publish(['1'])
    expect(plane.dispatch.stuck(performance.now())).toEqual([])
    expect(plane.dispatch.stuck(performance.now() + 60_000)).toMatchObject([
      { text: expect.stringContaining(`events of channel ${channel} have not moved`) }
    ])
  })

  it('that wait for a retry do not keep new ones back', async () => {
    let isDown = true
    sink.answer = () => (isDown ? 503 : 202)
    await start([to('one', { retry: { ...thrice, policy: 'exponential', delayMs: 300_000 } })])
    await publish(numbered(2 * lineLimits.window))
    await eventually(() => distinct('/one') === 2 * lineLimits.window, 'the first attempts')
    isDown = false
    await publish(['new'])
    await eventually(() => ended.length > 0, 'an end')
    expect(ended).toEqual([{ subscription: 'one', id: 'new', end: 'delivered', reason: '' }])
  })

  it('that wait long for their retry are taken off their channel, and are tried again all the same', async () => {
    let tries = 0
    sink.answer = () => (++tries === 1 ? 503 : 202)
    await start([to('one', { retry: { ...thrice, policy: 'exponential', delayMs: 6_000 } })])
    await publish(['1'])
    await eventually(async () => (await parked()) === 1, 'a copy in the parking topic')
    await eventually(() => ended.length === 1, 'its end')
    expect(sink.ids('/one')).toEqual(['1', '1'])
    expect(ended).toMatchObject([{ id: '1', end: 'delivered' }])
  }, 240_000)
})
