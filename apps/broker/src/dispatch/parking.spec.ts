import { expect, it } from '@jest/globals'
import type { Consumer, Delivery, Message, Topic } from '@knative-ts/messaging'
import { Parking } from './parking.ts'

/** A topic whose publishes end when the test says so. */
function slowTopic() {
  const published: { readonly bodies: readonly number[]; end(error?: Error): void }[] = []
  const topic = {
    consume: () => new Promise(() => undefined),
    publish: (messages: readonly Message[]) =>
      new Promise<void>((resolve, reject) => {
        const bodies = messages.map(({ body }) => body[1] as number)
        published.push({ bodies, end: (error) => (error === undefined ? resolve() : reject(error)) })
      })
  } as unknown as Topic
  const failures: string[] = []
  const parking = new Parking(
    {
      openTopic: async () => topic,
      exists: false,
      window: 256,
      take: () => undefined,
      meet: () => false,
      failed: ({ message }) => failures.push(message)
    },
    1n
  )
  const seen = async (count: number): Promise<void> => {
    const deadline = performance.now() + 10_000
    while (published.length < count) {
      if (performance.now() > deadline) throw new Error(`${published.length} publishes instead of ${count}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { published, failures, parking, seen }
}

const event = (number: number): Uint8Array => Uint8Array.of(number)

it('publishes together what has gathered while it published, in its order', async () => {
  const { published, parking, seen } = slowTopic()
  const all = [parking.park([event(0)])]
  await seen(1)
  for (let number = 1; number < 100; number += 2) all.push(parking.park([event(number), event(number + 1)]))
  published[0]?.end()
  await seen(2)
  published[1]?.end()
  expect(await Promise.all(all)).toEqual(all.map(() => true))
  expect(published.map(({ bodies }) => bodies)).toEqual([[0], Array.from({ length: 100 }, (_, index) => index + 1)])
})

it('publishes large ones in several steps', async () => {
  const { published, parking, seen } = slowTopic()
  const large = new Uint8Array(600 * 1024)
  const all = [1, 2, 3, 4, 5].map(() => parking.park([large]))
  for (const [index, count] of [1, 2, 2].entries()) {
    await seen(index + 1)
    expect(published[index]?.bodies).toHaveLength(count)
    published[index]?.end()
  }
  expect(await Promise.all(all)).toEqual([true, true, true, true, true])
})

it('tries again what was refused before what came later, and says of the rest that it is not parked when it closes', async () => {
  const { published, failures, parking, seen } = slowTopic()
  const first = parking.park([event(1)])
  await seen(1)
  const second = parking.park([event(2)])
  published[0]?.end(new Error('full'))
  await seen(2)
  expect(published[1]?.bodies).toEqual([1])
  published[1]?.end()
  expect(await first).toBe(true)
  await seen(3)
  expect(published[2]?.bodies).toEqual([2])
  await parking.close()
  published[2]?.end(new Error('closed'))
  expect(await second).toBe(false)
  expect(await parking.park([event(3)])).toBe(false)
  expect(failures).toEqual(['full'])
})

/** A topic with `left` events of a former process, whose consumer opens when the test says so. */
function leftTopic(left: number) {
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<readonly Delivery[]>()
  const published = Promise.withResolvers<void>()
  const bodies: Uint8Array[] = Array.from({ length: left }, () => Uint8Array.of(0, 1))
  let taken = 0
  let isOpen = false
  const consumer: Consumer = {
    name: 'drain',
    pull: async () => {
      if (taken === left) await published.promise
      if (taken === bodies.length) return closed.promise
      const body = bodies[taken++] as Uint8Array
      return [{ offset: 0, key: undefined, body, time: 0, attempt: 1, ack: () => undefined, retry: () => undefined }]
    },
    close: async () => {
      isOpen = false
      closed.resolve([])
    }
  }
  const topic = {
    consume: async () => {
      await opened.promise
      isOpen = true
      return consumer
    },
    publish: async (messages: readonly Message[]) => {
      bodies.push(...messages.map(({ body }) => body))
      published.resolve()
    },
    stats: () => ({ consumers: new Map([['drain', { lag: bodies.length - taken }]]) })
  } as unknown as Topic
  const parking = new Parking(
    { openTopic: async () => topic, exists: true, window: 256, take: () => undefined, meet: () => false, failed: () => undefined },
    1n
  )
  return { parking, open: opened.resolve, isOpen: () => isOpen }
}

it('what comes while it is looked up what was left is counted once', async () => {
  const { parking, open } = leftTopic(3)
  void parking.start()
  const parked = parking.park([event(1)])
  await new Promise((resolve) => setImmediate(resolve))
  expect(parking.isInUse).toBe(true)
  open()
  expect(await parked).toBe(true)
  await new Promise((resolve) => setImmediate(resolve))
  expect(parking.waiting).toBe(0)
  await parking.close()
})

it('closes a consumer that was being opened when it closed, and parks nothing more', async () => {
  const { parking, open, isOpen } = leftTopic(3)
  void parking.start()
  const parked = parking.park([event(1)])
  await new Promise((resolve) => setImmediate(resolve))
  await parking.close()
  expect(await parked).toBe(false)
  open()
  await new Promise((resolve) => setImmediate(resolve))
  expect(isOpen()).toBe(false)
})
