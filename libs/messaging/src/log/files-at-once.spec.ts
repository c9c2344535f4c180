/** What is written while a file of the same name goes, and while a disk recovers. */
import { expect, it } from '@jest/globals'
import { virtualClock } from '@knative-ts/testing'
import { gate, hold } from '../testing/gate.ts'
import { memoryFiles, type MemoryFiles } from '../testing/memory-files.ts'
import { Chunks } from './chunks.ts'
import { ConsumerPosition } from './consumer-position.ts'
import type { Disk } from './disk.ts'
import { OpenFiles } from './files/open-files.ts'
import { Positions } from './positions.ts'
import { SegmentSyncs } from './segment-syncs.ts'
import { Segments } from './segments.ts'
import { Trouble } from './trouble.ts'

const diskOf = (files: MemoryFiles): Disk => ({ files, open: new OpenFiles(files), chunks: new Chunks(), syncs: new SegmentSyncs() })

it('a segment that is begun anew is written to its own file, although the old one of its name was opened while it went', async () => {
  const files = memoryFiles()
  const disk = diskOf(files)
  await files.makeDirectory('/t')
  const segments = new Segments(disk, '/t', 100)
  const { path } = await segments.roll()
  const removal = hold(files, 'remove', /\.log$/)
  const rolling = segments.roll()
  await removal.reached('the removal')
  // As the journal does, which syncs what it stands for.
  await disk.open.use(path, (file) => file.sync())
  removal.open()
  await rolling
  await disk.open.use(path, (file) => file.write(Buffer.from('durable'), 0))
  expect(files.file(path).size).toBe(7)
})

it('a failure that comes during a probe is not forgotten by it', async () => {
  const clock = virtualClock(0)
  const probes = [gate(), gate()]
  let count = 0
  const trouble = new Trouble('/log', clock, () => probes[count++]!.pass())
  trouble.begin(new Error('first'))
  await clock.advance(500)
  trouble.begin(new Error('second'))
  probes[0]?.open()
  await clock.advance(499)
  expect(trouble.error?.message).toContain('second')
  await clock.advance(1)
  probes[1]?.open()
  await clock.advance(0)
  expect(trouble.error).toBeUndefined()
  expect(count).toBe(2)
})

it('positions are written behind the last one of a file that has its name, although that is not durable yet', async () => {
  const files = memoryFiles()
  const clock = virtualClock(0)
  const warnings: string[] = []
  const open = () => new Positions(diskOf(files), '/log', clock, (message) => warnings.push(message))
  await files.makeDirectory('/log')
  const tracked = { topic: 1, consumer: 'c', position: new ConsumerPosition({ next: 1, held: [] }) }
  const first = open()
  await first.load(new Set([1]))
  first.track(tracked)
  for (let next = 1; next <= 9; next++) {
    tracked.position.next = next
    await first.establish(tracked)
  }
  await first.close()

  const second = open()
  const sync = files.syncDirectory.bind(files)
  files.syncDirectory = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
  await second.load(new Set([1]))
  files.syncDirectory = sync
  tracked.position.next = 10
  second.track(tracked)
  await second.establish(tracked)
  await second.close()

  const third = open()
  await third.load(new Set([1]))
  expect(third.of(1).get('c')).toEqual({ next: 10, held: [] })
  expect(warnings).toEqual([])
})

it('a position that changes after its consumer was removed is not written down any more', async () => {
  const files = memoryFiles()
  const clock = virtualClock(0)
  await files.makeDirectory('/log')
  const positions = new Positions(diskOf(files), '/log', clock, () => undefined)
  await positions.load(new Set([1]))
  const tracked = { topic: 1, consumer: 'c', position: new ConsumerPosition({ next: 1, held: [] }) }
  positions.track(tracked)
  await positions.establish(tracked)
  await positions.remove(tracked)
  positions.changed(tracked)
  await clock.advance(1000)
  await positions.close()
  const again = new Positions(diskOf(files), '/log', clock, () => undefined)
  await again.load(new Set([1]))
  expect(again.of(1).size).toBe(0)
})
