/** What is published, removed and cut while somebody looks for a message. */
import { beforeEach, describe, expect, it } from '@jest/globals'
import { settle, virtualClock } from '@knative-ts/testing'
import { drain, publishTexts, pullAll, textOf } from '../contract/messages.ts'
import { hold, holdReads } from '../testing/gate.ts'
import { memoryFiles, type MemoryFiles } from '../testing/memory-files.ts'
import { Chunks } from './chunks.ts'
import { ConsumerPosition } from './consumer-position.ts'
import type { Disk } from './disk.ts'
import { OpenFiles } from './files/open-files.ts'
import { offsetAt } from './offset-at.ts'
import { openLog } from './open-log.ts'
import { Redeliveries } from './redeliveries.ts'
import { SegmentSyncs } from './segment-syncs.ts'
import { Segments } from './segments.ts'

let files: MemoryFiles
let warnings: string[]
let clock: ReturnType<typeof virtualClock>
const open = (segmentBytes?: number) =>
  openLog({
    directory: '/log',
    files,
    clock,
    onWarning: (message) => warnings.push(message),
    ...(segmentBytes !== undefined && { segmentBytes })
  })

beforeEach(() => {
  files = memoryFiles()
  warnings = []
  clock = virtualClock(1000)
})

it('a consumer that begins at a time gets what is published while its place is looked for', async () => {
  const reads = holdReads(files, /\.log$/)
  const store = await open()
  const topic = await store.openTopic('t', { keep: {} })
  await publishTexts(topic, 'before')
  const opening = topic.consume('c', { start: { time: 2000 } })
  await reads.reached('the search')
  await clock.advance(1500)
  await publishTexts(topic, 'meanwhile')
  reads.open()
  const consumer = await opening
  expect(topic.stats().consumers.get('c')).toMatchObject({ lag: 1 })
  expect(await drain(consumer, 1)).toEqual(['meanwhile'])
  await store.close()
})

describe('a segment that is removed before it is opened', () => {
  /** Two segments of a topic with one message each, none of which is open. */
  const twoSegments = async () => {
    const disk: Disk = { files, open: new OpenFiles(files), chunks: new Chunks(), syncs: new SegmentSyncs() }
    await files.makeDirectory('/t')
    const segments = new Segments(disk, '/t', 100)
    for (const time of [1000, 9000]) (await segments.roll()).append(100, 1, time)
    await disk.open.close()
    return { disk, segments, opens: hold(files, 'open', /00000000000000\.log$/) }
  }

  it('is not where somebody begins who asked for its time', async () => {
    const { disk, segments, opens } = await twoSegments()
    const offset = offsetAt(disk, segments, 5000)
    await opens.reached('the search')
    await segments.dropFirst()
    opens.open()
    expect(await offset).toBe(1)
  })

  it('has no redeliveries any more', async () => {
    const { disk, segments, opens } = await twoSegments()
    const position = new ConsumerPosition({ next: 2, held: [0, 1, 1, 1] })
    const found = new Redeliveries(disk, segments, position).read([0, 1])
    await opens.reached('the search')
    await segments.dropFirst()
    opens.open()
    expect(await found).toEqual({ found: [], gone: [0] })
  })
})

it('a redelivery that a limit removes that moment is counted, and nothing is said of the disk', async () => {
  const store = await open(1000)
  const topic = await store.openTopic('t', { limit: { bytes: 1500 } })
  const consumer = await topic.consume('c')
  await publishTexts(topic, 'first'.padEnd(1000))
  const [first] = await pullAll(consumer, 1)
  const removal = hold(files, 'remove', /00000000000000\.log$/)
  await publishTexts(topic, 'second'.padEnd(1000))
  await clock.advance(1000)
  await removal.reached('the removal')
  first?.retry(0)
  expect((await pullAll(consumer, 1)).map((one) => textOf(one).trim())).toEqual(['second'])
  // Nothing else is there, so it looks for what is due again.
  const waiting = consumer.pull(1)
  await settle()
  removal.open()
  await clock.advance(1000)
  expect(topic.stats()).toMatchObject({ first: 1, lost: 1 })
  expect(warnings).toEqual(['topic t is beyond its limit: 1 messages were removed that a consumer had not acknowledged'])
  await store.close()
  expect(await waiting).toEqual([])
})

it('of a segment that was cut nothing else is read: a chunk still has the bytes of another topic', async () => {
  const store = await open()
  const [one, other] = [await store.openTopic('one', { keep: {} }), await store.openTopic('two', { keep: {} })]
  await publishTexts(one, 'mine 0', 'mine 1')
  await publishTexts(one, 'mine 2')
  await publishTexts(other, 'their 0', 'their 1')
  await publishTexts(other, 'their 2')
  expect(await drain(await other.consume('c'), 3)).toEqual(['their 0', 'their 1', 'their 2'])
  const segment = files.file('/log/topics/1=one/00000000000000.log')
  segment.truncate(0)
  const consumer = await one.consume('c')
  const pull = consumer.pull(3)
  await settle()
  await publishTexts(one, 'mine 3')
  expect((await pull).map(textOf)).toEqual(['mine 3'])
  expect(warnings).toEqual([expect.stringMatching(/messages 0 to 2 of topic one are lost/)])
  await store.close()
})
