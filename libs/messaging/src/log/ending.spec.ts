/** What is opened, read and written in the moment in which its topic, its consumer or its store ends. */
import { beforeEach, describe, expect, it } from '@jest/globals'
import { virtualClock } from '@knative-ts/testing'
import type { ChannelStore } from '../channel-store.ts'
import { drain, publishTexts, pullAll } from '../contract/messages.ts'
import { hold, holdReads } from '../testing/gate.ts'
import { memoryFiles, type MemoryFiles } from '../testing/memory-files.ts'
import { openLog } from './open-log.ts'

let files: MemoryFiles
let warnings: string[]
const open = (clock = virtualClock(1000)): Promise<ChannelStore> =>
  openLog({ directory: '/log', files, clock, onWarning: (message) => warnings.push(message) })

beforeEach(() => {
  files = memoryFiles()
  warnings = []
})

describe('a consumer that is being opened', () => {
  it.each([
    ['deleted', 'its topic is deleted', (store: ChannelStore) => store.deleteTopic('t')],
    ['closed', 'its store is closed', (store: ChannelStore) => store.close()],
    ['deleted', 'it is deleted', async (store: ChannelStore) => (await store.openTopic('t')).deleteConsumer('c')]
  ] as const)('is refused with %s when %s meanwhile: it would wait for ever', async (code, _when, end) => {
    const store = await open()
    const topic = await store.openTopic('t')
    const position = hold(files, 'open', /positions$/)
    const refused = topic.consume('c').catch((error: unknown) => error)
    await position.reached('its position to be written')
    const ending = end(store)
    // Whatever the end does before it waits for the disk is done.
    await new Promise((resolve) => setImmediate(resolve))
    position.open()
    expect(await refused).toMatchObject({ code })
    await ending
    await store.close()
    expect(warnings).toEqual([])
  })
})

it('a consumer of a deleted name is a new one, also when it is opened before the old one has gone', async () => {
  const store = await open()
  const topic = await store.openTopic('t', { keep: {} })
  await publishTexts(topic, 'a', 'b')
  const old = await topic.consume('c')
  expect(await drain(old, 2)).toEqual(['a', 'b'])
  const waiting = old.pull(1)
  const deleting = topic.deleteConsumer('c')
  const again = await topic.consume('c')
  await deleting
  expect(await waiting).toEqual([])
  expect(await drain(again, 1)).toEqual(['a'])
  await publishTexts(topic, 'c')
  expect(await drain(again, 2)).toEqual(['b', 'c'])
  await store.close()
  const later = await (await open()).openTopic('t', { keep: {} })
  expect(later.stats().consumers.get('c')).toMatchObject({ lag: 0 })
})

it('a topic that is opened while it is deleted is a new one', async () => {
  const first = await open()
  await publishTexts(await first.openTopic('t'), 'old')
  await first.close()
  const store = await open()
  const deleting = store.deleteTopic('t')
  const topic = await store.openTopic('t')
  await deleting
  await publishTexts(topic, 'new')
  expect(await drain(await topic.consume('c'), 1)).toEqual(['new'])
  expect(store.trouble()).toBeUndefined()
  await store.close()
})

it('of two who delete a topic the later one does not take the next one of its name', async () => {
  const store = await open()
  await store.openTopic('t')
  const deleting = [store.deleteTopic('t'), store.deleteTopic('t')]
  await deleting[1]
  const topic = await store.openTopic('t')
  await Promise.all(deleting)
  await publishTexts(topic, 'new')
  expect(await store.topics()).toEqual(['t'])
  await store.close()
})

it('a store that is closed waits for a deletion that is under way', async () => {
  const store = await open()
  await publishTexts(await store.openTopic('t'), 'a')
  const removal = hold(files, 'remove', /deleted-/)
  const done: string[] = []
  const deleting = store.deleteTopic('t').then(() => done.push('deleted'))
  await removal.reached('the removal')
  const closing = store.close().then(() => done.push('closed'))
  await new Promise((resolve) => setImmediate(resolve))
  removal.open()
  await Promise.all([deleting, closing])
  expect(done).toEqual(['deleted', 'closed'])
})

it('a store that is closed waits for its look at a disk that was full', async () => {
  const clock = virtualClock(1000)
  const store = await open(clock)
  const topic = await store.openTopic('t')
  files.full = true
  await expect(publishTexts(topic, 'a')).rejects.toMatchObject({ code: 'full' })
  files.full = false
  const probe = hold(files, 'remove', /probe$/)
  await clock.advance(500)
  await probe.reached('the probe')
  const done: string[] = []
  const closing = store.close().then(() => done.push('closed'))
  await new Promise((resolve) => setImmediate(resolve))
  done.push('still looking')
  probe.open()
  await closing
  expect(done).toEqual(['still looking', 'closed'])
})

it('whoever closes a consumer a second time waits for the first one, and can open it anew', async () => {
  const reading = holdReads(files, /\.log$/)
  const store = await open()
  const topic = await store.openTopic('t')
  await publishTexts(topic, 'a')
  const consumer = await topic.consume('c')
  const pull = consumer.pull(1)
  await reading.reached('the read')
  void consumer.close()
  const opening = consumer.close().then(() => topic.consume('c'))
  expect(await pull).toEqual([])
  reading.open()
  expect(await pullAll(await opening, 1)).toMatchObject([{ attempt: 1 }])
  await store.close()
})
