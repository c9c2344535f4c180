import { join } from 'node:path'
import type { Disk } from './disk.ts'
import { saysMissing } from '@knative-ts/disk'
import type { OpenFile } from './files/file-layer.ts'
import { areFrames, entryHead, readEntryHead, type EntryHead } from './journal-entry.ts'
import { inSlices } from './in-slices.ts'
import { journalPath, journalsIn } from './journal.ts'
import { Segment } from './segment.ts'

/** Writes what journals hold to the segments, syncs these, and removes the journals. `topics` are the directories of topics by number. */
export async function redo(disk: Disk, directory: string, topics: ReadonlyMap<number, string>): Promise<void> {
  const numbers = journalsIn(await disk.files.names(directory))
  if (numbers.length === 0) return
  const written = new Set<string>()
  for (const number of numbers) {
    await disk.open.use(journalPath(directory, number), async (journal) => {
      for await (const { topic, base, frames, position } of entriesOf(journal)) {
        const home = topics.get(topic)
        // A topic or a segment that is gone was deleted after the entry was written.
        if (home === undefined) continue
        const { path } = new Segment(join(home), base)
        if (await writeAt(disk, path, frames, position)) written.add(path)
      }
    })
  }
  await inSlices([...written], (path) => disk.open.use(path, (file) => file.sync()))
  for (const number of numbers) {
    await disk.open.drop(journalPath(directory, number))
    await disk.files.remove(journalPath(directory, number))
  }
  await disk.files.syncDirectory(directory)
}

/** The entries up to the first that is not whole: what a crash left of the last commit, which nobody was told of. */
async function* entriesOf(journal: OpenFile): AsyncGenerator<EntryHead & { readonly frames: Buffer }> {
  const size = await journal.size()
  const bytes = Buffer.alloc(entryHead)
  for (let at = 0; at + entryHead <= size;) {
    await journal.read(bytes, entryHead, at)
    const head = readEntryHead(bytes)
    if (head === undefined || at + entryHead + head.length > size) return
    const frames = Buffer.alloc(head.length)
    await journal.read(frames, head.length, at + entryHead)
    if (!areFrames(frames)) return
    yield { ...head, frames }
    at += entryHead + head.length
  }
}

async function writeAt(disk: Disk, path: string, frames: Buffer, position: number): Promise<boolean> {
  try {
    await disk.open.use(path, (file) => file.write(frames, position))
    return true
  } catch (error) {
    if (saysMissing(error)) return false
    throw error
  }
}
