import { dirname, join } from 'node:path'
import { ChannelError } from '../channel-error.ts'
import type { ChannelStore } from '../channel-store.ts'
import { Chunks } from './chunks.ts'
import { type Clock, systemClock } from './clock.ts'
import { Committer } from './committer.ts'
import type { Disk } from './disk.ts'
import type { FileLayer } from './files/file-layer.ts'
import { nodeFiles } from './files/node-files.ts'
import { OpenFiles } from './files/open-files.ts'
import { Journal } from './journal.ts'
import { LogStore } from './log-store.ts'
import { Positions } from './positions.ts'
import { redo } from './redo.ts'
import { SegmentSyncs } from './segment-syncs.ts'
import { deletedPrefix, parseTopicDirectory, topicDirectoryName } from './topic-directory.ts'
import { Trouble } from './trouble.ts'

const version = '1\n'
const defaultSegmentBytes = 32 << 20
const defaultJournalBytes = 32 << 20
const probeBytes = 256 << 10

/** How a log is opened. */
export interface LogOptions {
  /** Absolute; made when it is not there. The file system under it must keep what fdatasync says that it keeps. */
  readonly directory: string
  /** Hears of damage, of losses and of what could not be written: things for the log of the process. */
  readonly onWarning: (message: string) => void
  /** A segment of so many bytes is full; default 32 MiB. Space is given back a segment at a time. */
  readonly segmentBytes?: number
  /** The journal is replaced when it has so many bytes; default 32 MiB. Used only while more than four topics are published to at the same time. */
  readonly journalBytes?: number
  readonly clock?: Clock
  readonly files?: FileLayer
}

/** Opens the embedded log, and repairs what a crash left. Rejects with a ChannelError `busy` when another process has it open. */
export async function openLog(options: LogOptions): Promise<ChannelStore> {
  const { directory, onWarning, clock = systemClock, files = nodeFiles } = options
  const topics = join(directory, 'topics')
  await files.makeDirectory(topics)
  const release = await files.lock(directory)
  const disk: Disk = { files, open: new OpenFiles(files), chunks: new Chunks(), syncs: new SegmentSyncs() }
  try {
    await checkVersion(disk, directory)
    const found = await topicsIn(files, topics)
    await redo(disk, directory, new Map([...found].map(([id, { home }]) => [id, home])))
    const positions = new Positions(disk, directory, clock, onWarning)
    const highest = await positions.load(new Set(found.keys()))
    const journal = new Journal(disk, directory, options.journalBytes ?? defaultJournalBytes, onWarning)
    const trouble = new Trouble(directory, clock, () => probe(disk, directory, journal))
    const committer = new Committer(disk, journal, trouble)
    return new LogStore({
      works: { disk, clock, committer, positions, trouble, onWarning },
      journal,
      directory: topics,
      ids: new Map([...found].map(([id, { name }]) => [name, id])),
      nextId: Math.max(highest, ...found.keys()) + 1,
      segmentBytes: options.segmentBytes ?? defaultSegmentBytes,
      release
    })
  } catch (error) {
    await disk.open.close()
    await release()
    throw error
  }
}

async function checkVersion({ open, files }: Disk, directory: string): Promise<void> {
  const path = join(directory, 'version')
  await open.use(
    path,
    async (file) => {
      const bytes = Buffer.alloc(16)
      const found = bytes.toString('utf8', 0, await file.read(bytes, bytes.length, 0))
      if (found === version) return
      if (found !== '')
        throw new ChannelError('invalid', `${path} says ${JSON.stringify(found)}: the log was written by a newer version; use that one`)
      await file.write(Buffer.from(version), 0)
      await file.sync()
    },
    true
  )
  await open.drop(path)
  // The log's own name too: it may have been made just now.
  await files.syncDirectory(directory)
  await files.syncDirectory(dirname(directory))
}

/** The topics by number. Those whose deletion was interrupted are removed: of two with one name the older. */
async function topicsIn(files: FileLayer, directory: string): Promise<Map<number, { readonly name: string; readonly home: string }>> {
  const topics = new Map<number, { readonly name: string; readonly home: string }>()
  const newest = new Map<string, number>()
  const names = await files.names(directory)
  const found = names.map((entry) => ({ entry, ...parseTopicDirectory(entry) })).sort((left, right) => (left.id ?? 0) - (right.id ?? 0))
  for (const { entry, id, name } of found) {
    const home = join(directory, entry)
    if (entry.startsWith(deletedPrefix)) await files.remove(home)
    if (id === undefined || name === undefined) continue
    const older = newest.get(name)
    if (older !== undefined) {
      await files.remove(join(directory, topicDirectoryName(older, name)))
      topics.delete(older)
    }
    newest.set(name, id)
    topics.set(id, { name, home })
  }
  return topics
}

/** Whether the disk takes bytes: writes some, and takes them away. */
async function probe({ open, files }: Disk, directory: string, journal: Journal): Promise<void> {
  const path = join(directory, 'probe')
  try {
    await open.use(
      path,
      async (file) => {
        await file.write(Buffer.alloc(probeBytes, 1), 0)
        await file.sync()
      },
      true
    )
  } finally {
    await open.drop(path)
    await files.remove(path)
  }
  await journal.repair()
}
