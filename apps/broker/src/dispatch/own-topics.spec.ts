import { expect, it } from '@jest/globals'
import { keptLog } from '@knative-ts/testing'
import type { Log } from '@knative-ts/telemetry/logger'
import { MemoryStore } from '../testing/memory-store.ts'
import { OwnTopics } from './own-topics.ts'

it('who opens a topic while another one of its name is to go waits, and what he publishes stays', async () => {
  const store = new MemoryStore()
  const topics = new OwnTopics(store, keptLog() as unknown as Log)
  const old = await topics.open('t')
  await old.publish([{ body: new Uint8Array(1) }])
  await topics.look()
  const end = Promise.withResolvers<void>()
  const gone = [topics.delete('t', end.promise), topics.delete('t')]
  expect(topics.wasLeft('t')).toBe(false)
  const opening = topics.open('t').then(async (topic) => {
    await topic.publish([{ body: new Uint8Array(2) }])
    return topic
  })
  end.resolve()
  await Promise.all(gone)
  const topic = await opening
  await topics.close()
  expect(topic).not.toBe(old)
  expect(topic.stats().next).toBe(1)
  expect(await store.topics()).toEqual(['t'])
})

it('one that cannot be deleted is told of, and does not keep the next one of its name from being opened', async () => {
  const store = new MemoryStore()
  const log = keptLog()
  const topics = new OwnTopics(store, log as unknown as Log)
  store.deleteTopic = () => Promise.reject(new Error('EIO'))
  const gone = topics.delete('t')
  await topics.open('t')
  await gone
  expect(log.lines.map(({ message }) => message)).toEqual(['topic t cannot be deleted: EIO'])
})
