import { expect, it } from '@jest/globals'
import type { Consumer, Delivery, Topic } from '@knative-ts/messaging'
import { eventually } from '@knative-ts/testing'
import { storedEvent } from '../testing/event.ts'
import { subscription } from '../testing/table-of.ts'
import { Budget } from './budget.ts'
import type { LineOptions } from './line.ts'
import type { Parking } from './parking.ts'
import { TopicDispatcher, type TopicDispatcherOptions } from './topic-dispatcher.ts'

/** A dispatcher without subscriptions, which acknowledges whatever it looks at, of a topic with one event. */
function dispatcherOf(over: Partial<TopicDispatcherOptions> = {}): {
  readonly dispatcher: TopicDispatcher
  readonly taken: Promise<void>
  readonly held: Budget
  readonly acked: () => boolean
} {
  const taken = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<readonly Delivery[]>()
  let acked = false
  const body = storedEvent('1')
  const delivery: Delivery = {
    offset: 0,
    key: undefined,
    body,
    time: 0,
    attempt: 1,
    ack: () => void (acked = true),
    retry: () => undefined
  }
  let pulls = 0
  const consumer: Consumer = {
    name: 'dispatch',
    pull: async () => {
      if (pulls++ > 0) return closed.promise
      taken.resolve()
      return [delivery]
    },
    close: async () => closed.resolve([])
  }
  const topic = { consume: async () => consumer } as unknown as Topic
  const budgets = { held: new Budget(1_000), budget: new Budget(1_000) }
  const dispatcher = new TopicDispatcher({
    ...({} as LineOptions),
    ...budgets,
    topic,
    unreadable: (_, error) => expect(error).toBe(undefined),
    ...over
  })
  return { dispatcher, taken: taken.promise, held: budgets.held, acked: () => acked }
}

it('does not look any more at what it took in the turn in which it is closed: that is delivered after the next start', async () => {
  const { dispatcher, taken, acked } = dispatcherOf()
  await dispatcher.start()
  await taken
  await dispatcher.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(acked()).toBe(false)
})

it('looks at what it took in the next turn', async () => {
  const { dispatcher, taken, acked } = dispatcherOf()
  await dispatcher.start()
  await taken
  expect(acked()).toBe(false)
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(acked()).toBe(true)
  await dispatcher.close()
})

it('gives back what it took from all when it is closed in the middle of deliveries', async () => {
  const { dispatcher, taken, held } = dispatcherOf({
    parkingOf: () =>
      ({
        isInUse: true,
        park: () => new Promise(() => undefined),
        start: async () => undefined,
        close: async () => undefined
      }) as unknown as Parking
  })
  dispatcher.put(subscription('s'))
  await dispatcher.start()
  await taken
  await eventually(() => held.used > 0, 'the event to be taken')
  await dispatcher.close()
  expect(held.used).toBe(0)
})

it('goes on when others give memory back, although what it took itself takes hours', async () => {
  const held = new Budget(1)
  const parking = { isInUse: true, park: () => new Promise(() => undefined), start: async () => undefined, close: async () => undefined }
  const delivery = { offset: 0, key: undefined, body: storedEvent('1'), time: 0, attempt: 1, ack: () => undefined, retry: () => undefined }
  let pulls = 0
  const consumer = { pull: async () => (pulls++ === 0 ? [delivery] : new Promise(() => undefined)) }
  const { dispatcher } = dispatcherOf({
    held,
    parkingOf: () => parking as unknown as Parking,
    topic: { consume: async () => consumer } as unknown as Topic
  })
  dispatcher.put(subscription('s'))
  await dispatcher.start()
  await eventually(() => held.isSpent, 'the event to be taken')
  await new Promise((resolve) => setImmediate(resolve))
  expect(pulls).toBe(1)
  held.give(delivery.body.length)
  await eventually(() => pulls === 2, 'the next to be asked for', 10_000)
})

it('an event that comes after an hour without one is not stuck for an hour', async () => {
  const { dispatcher } = dispatcherOf({
    topic: { consume: async () => ({ pull: () => new Promise(() => undefined) }), stats } as unknown as Topic
  })
  await dispatcher.start()
  const later = performance.now() + 3_600_000
  expect(dispatcher.stuckMs(later)).toBe(0)
  expect(dispatcher.stuckMs(later + 31_000)).toBe(31_000)
})

const stats = (): unknown => ({ consumers: new Map([['dispatch', { lag: 1 }]]) })
