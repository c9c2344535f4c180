/** Channels that cannot be opened at once, and topics of nobody that become somebody's. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { Topic } from '@knative-ts/messaging'
import { eventually } from '@knative-ts/testing'
import { ControlledSink } from '../testing/controlled-sink.ts'
import { storedEvent } from '../testing/event.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { type RunningDataPlane, startDataPlane } from '../testing/running-data-plane.ts'
import { channel, completeTable, destination, subscription } from '../testing/table-of.ts'

let sink: ControlledSink
let store: MemoryStore
let plane: RunningDataPlane
const c = channel('ht/c')
const one = (): ReturnType<typeof subscription> => subscription('one', { subscriber: destination(sink.url('/one')) })
const parked = (stored: Uint8Array): Uint8Array => Uint8Array.of(0, ...stored)

beforeEach(async () => {
  sink = await new ControlledSink().open()
  store = new MemoryStore()
})
afterEach(async () => {
  await plane.stop()
  await sink.close()
})

it('a publisher to a channel that cannot be opened is told so, and does not wait until it can', async () => {
  const openTopic = store.openTopic.bind(store)
  let isBroken = true
  store.openTopic = (name) => (isBroken ? Promise.reject(new Error('EIO')) : openTopic(name))
  plane = await startDataPlane(store)
  plane.table.apply(completeTable({ channels: [c] }))
  await plane.dispatch.start()
  expect(await plane.dispatch.keep('ht/c', undefined, storedEvent('1'))).toEqual({ status: 503, reason: 'the channel is not open yet' })
  isBroken = false
  await plane.dispatch.settled()
  expect(await plane.dispatch.keep('ht/c', undefined, storedEvent('1'))).toMatchObject({ status: 202 })
})

it('when a channel is opened at the second attempt, what the first one began to take from a parking topic comes once', async () => {
  await (await store.openTopic('uid-c.one')).publish([{ body: parked(storedEvent('left')) }])
  const openTopic = store.openTopic.bind(store)
  const drains: string[] = []
  let attempts = 0
  store.openTopic = async (name) => {
    const topic = await openTopic(name)
    const consume: Topic['consume'] = async (consumer) => {
      if (consumer === 'dispatch' && ++attempts === 1) throw new Error('EIO')
      const made = await topic.consume(consumer)
      if (consumer !== 'drain') return made
      drains.push('opened')
      return { name: made.name, pull: (max) => made.pull(max), close: () => made.close().then(() => void drains.push('closed')) }
    }
    return {
      name,
      publish: (messages) => topic.publish(messages),
      consume,
      deleteConsumer: topic.deleteConsumer,
      stats: () => topic.stats()
    }
  }
  plane = await startDataPlane(store)
  plane.table.apply(completeTable({ channels: [c], subscriptions: [one()] }))
  await plane.dispatch.start()
  await plane.dispatch.settled()
  await eventually(() => drains.length === 3, 'the parking topic to be opened again')
  expect(drains).toEqual(['opened', 'closed', 'opened'])
  await eventually(() => sink.ids('/one').length > 0, 'what was parked')
})

it('what was parked and is no event is left out, and what is behind it comes', async () => {
  const left = await store.openTopic('uid-c.one')
  await left.publish([{ body: Uint8Array.of(0, 255) }, { body: Uint8Array.of(1, 2) }, { body: parked(storedEvent('good')) }])
  plane = await startDataPlane(store)
  plane.table.apply(completeTable({ channels: [c], subscriptions: [one()] }))
  await plane.dispatch.start()
  await eventually(() => sink.ids('/one').length > 0, 'the event')
  expect(sink.ids('/one')).toEqual(['good'])
  expect(plane.log.lines.filter(({ message }) => message.includes('is no event'))).toHaveLength(2)
  await eventually(() => left.stats().consumers.get('drain')?.lag === 0, 'all to be done with')
})

it('a topic of nobody whose channel comes while another one is being deleted stays', async () => {
  for (const name of ['uid-a', 'uid-c']) await store.openTopic(name)
  const deleteTopic = store.deleteTopic.bind(store)
  const deleting: string[] = []
  const gate = Promise.withResolvers<void>()
  store.deleteTopic = async (name) => {
    deleting.push(name)
    await gate.promise
    await deleteTopic(name)
  }
  plane = await startDataPlane(store, { lingerMs: 1 })
  plane.table.apply(completeTable({}))
  await plane.dispatch.start()
  await eventually(() => deleting.length > 0, 'the first to be deleted')
  plane.table.apply(completeTable({ channels: [c] }))
  await plane.dispatch.settled()
  gate.resolve()
  await eventually(async () => !(await store.topics()).includes('uid-a'), 'the first to go')
  expect(await plane.dispatch.keep('ht/c', undefined, storedEvent('1'))).toMatchObject({ status: 202 })
  await plane.stop()
  expect(deleting).toEqual(['uid-a'])
})
