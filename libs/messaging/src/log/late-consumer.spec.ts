import { expect, it } from '@jest/globals'
import { drain, pullAll } from '../contract/messages.ts'
import { hold } from '../testing/gate.ts'
import { memoryFiles } from '../testing/memory-files.ts'
import { openLog } from './open-log.ts'

it('what a consumer that came during a removal has not acknowledged stays, and nothing counts as lost', async () => {
  const files = memoryFiles()
  const warnings: string[] = []
  const store = await openLog({ directory: '/log', files, onWarning: (message) => warnings.push(message) })
  // Segments of 64 KiB, of which sixteen are beyond what is kept.
  const topic = await store.openTopic('t', { keep: { bytes: 64 << 10 } })
  const consumer = await topic.consume('c')
  for (let segment = 0; segment < 17; segment++) await topic.publish([{ body: Buffer.alloc(64 << 10) }])
  const removing = hold(files, 'remove', /\.log$/)
  await drain(consumer, 17)
  await removing.reached('the first segment to be removed')

  const late = await topic.consume('late')
  const first = topic.stats().first
  removing.open()
  const lag = topic.stats().consumers.get('late')!.lag
  expect(lag).toBe(16)
  expect((await pullAll(late, lag)).map(({ offset }) => offset)).toEqual(Array.from({ length: 16 }, (_, index) => first + index))
  expect(topic.stats()).toMatchObject({ first, lost: 0 })
  await store.close()
  expect(topic.stats()).toMatchObject({ first, lost: 0 })
  expect(warnings).toEqual([])
})
