import { expect, it } from '@jest/globals'
import { drain, publishTexts } from '../contract/messages.ts'
import { memoryFiles } from '../testing/memory-files.ts'
import type { FileLayer } from './files/file-layer.ts'
import { openLog } from './open-log.ts'

const onWarning = (message: string) => {
  throw new Error(message)
}

it('a thousand topics that are published to at once share syncs, and descriptors', async () => {
  const memory = memoryFiles()
  let open = 0
  let most = 0
  const files: FileLayer = Object.assign(Object.create(memory) as FileLayer, {
    async open(path: string, make: boolean) {
      const file = await memory.open(path, make)
      most = Math.max(most, ++open)
      return {
        ...file,
        close: () => {
          open--
          return file.close()
        }
      }
    },
    makeDirectory: (path: string) => memory.makeDirectory(path),
    names: (path: string) => memory.names(path),
    rename: (from: string, to: string) => memory.rename(from, to),
    remove: (path: string) => memory.remove(path),
    syncDirectory: (path: string) => memory.syncDirectory(path),
    lock: (path: string) => memory.lock(path)
  })
  const store = await openLog({ directory: '/log', files, onWarning })
  const topics = await Promise.all(Array.from({ length: 1000 }, (_, index) => store.openTopic(`t${index}`)))
  // The first message of a topic makes its first segment.
  await Promise.all(topics.map((topic) => publishTexts(topic, 'first')))
  const before = memory.syncs
  for (let round = 0; round < 3; round++) await Promise.all(topics.map((topic) => publishTexts(topic, `round ${round}`)))
  // Each a commit of 256 topics.
  expect(memory.syncs - before).toBe(12)
  expect(open).toBeLessThanOrEqual(257)
  // In the middle of a commit its segments are open, beside those of the one before.
  expect(most).toBeLessThan(600)
  const consumer = await (topics[500] as (typeof topics)[0]).consume('c')
  expect(await drain(consumer, 4)).toEqual(['first', 'round 0', 'round 1', 'round 2'])
  await store.close()
  expect(open).toBe(0)
})

it('one topic costs one sync a commit, and nothing is written twice', async () => {
  const files = memoryFiles()
  const store = await openLog({ directory: '/log', files, onWarning })
  const topic = await store.openTopic('t')
  await publishTexts(topic, 'first')
  const before = files.syncs
  await Promise.all(Array.from({ length: 500 }, () => publishTexts(topic, 'x')))
  expect(files.syncs - before).toBe(1)
  expect(await files.names('/log')).not.toContain('journal-1')
  await store.close()
})
