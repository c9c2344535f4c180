import { DurableStore } from './durable-store.ts'
import type { FileLayer } from './file-layer.ts'
import { History } from './history.ts'
import { noJournal } from './journal.ts'
import { firstRevision, load } from './load.ts'
import { LogJournal } from './log-journal.ts'
import { nodeFiles } from './node-files.ts'
import type { ObjectStore } from './object-store.ts'
import { StoreError, unusable } from './store-error.ts'

/** How a store is opened. */
export interface StoreOptions {
  /** Where the files are; undefined for a store that forgets everything when the process ends. */
  readonly directory: string | undefined
  /** The file system; the real one unless a test says otherwise. */
  readonly fs?: FileLayer
  /** Events kept for watches and old lists. Default 20,000; never more than 64 MiB of JSON text. */
  readonly historySize?: number
  /** Changes after which the log is compacted (or as many as there are objects, if that is more). Default 10,000. */
  readonly snapshotEvery?: number
  /** The device failed: every write is refused from now on, so the process had better stop. A full disk is no such failure. */
  readonly onFatal: (error: Error) => void
  /** Something failed that costs no write, such as a compaction. */
  readonly onWarning?: (error: Error) => void
}

const defaultHistory = 20_000
const historyBytes = 64 << 20
const defaultSnapshotEvery = 10_000
/** A start on a disk with less than this (bytes) would only fail a moment later. */
const leastFree = 4 << 20

/**
 * Opens the store in a directory, making it when it is new. Throws StoreError: `locked` when another process has it, `unwritable` or
 * `full` when it cannot be used, `corrupt` when a file is damaged. On a disk that runs full later, each write is refused with `full`
 * until there is space again; after any other failure of the device every write is refused with `failed`.
 */
export async function openStore(options: StoreOptions): Promise<ObjectStore> {
  const { directory, historySize = defaultHistory, onFatal } = options
  if (directory === undefined) {
    const history = new History(historySize, historyBytes, firstRevision)
    return new DurableStore({ journal: noJournal, history, revision: firstRevision, onFatal, release: () => Promise.resolve() })
  }
  const files = options.fs ?? nodeFiles
  const release = await occupy(files, directory)
  try {
    const { snapshotRevision, snapshot, changes, log } = await load(files, directory)
    const { snapshotEvery = defaultSnapshotEvery, onWarning = () => undefined } = options
    const journal = new LogJournal({ files, directory, snapshotEvery, onWarning }, log)
    const history = new History(historySize, historyBytes, snapshotRevision)
    const store = new DurableStore({ journal, history, revision: snapshotRevision, onFatal, release })
    store.restore(snapshot, false)
    store.restore(changes, true)
    return store
  } catch (error) {
    await release()
    throw unusable(directory, error)
  }
}

/** Makes the directory this process's own and looks for space. */
async function occupy(files: FileLayer, directory: string): Promise<() => Promise<void>> {
  try {
    await files.makeDirectory(directory)
    const free = await files.freeBytes(directory)
    if (free < leastFree) {
      const mib = (bytes: number) => (bytes / (1 << 20)).toFixed(1)
      throw new StoreError(
        'full',
        `only ${mib(free)} MiB are free for the data directory ${directory}: free at least ${mib(leastFree)} MiB, or choose another directory`
      )
    }
    return await files.lock(directory)
  } catch (error) {
    throw unusable(directory, error)
  }
}
