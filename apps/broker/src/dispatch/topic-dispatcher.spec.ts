import { expect, it } from '@jest/globals'
import type { Consumer, Delivery, Topic } from '@knative-ts/messaging'
import { storedEvent } from '../testing/event.ts'
import { Budget } from './budget.ts'
import type { LineOptions } from './line.ts'
import { TopicDispatcher } from './topic-dispatcher.ts'

/** A dispatcher without subscriptions, which acknowledges whatever it looks at, of a topic with one event. */
function dispatcherOf(): { readonly dispatcher: TopicDispatcher; readonly taken: Promise<void>; acked: () => boolean } {
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
    unreadable: (_, error) => expect(error).toBe(undefined)
  })
  return { dispatcher, taken: taken.promise, acked: () => acked }
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
