import { errorText } from '@knative-ts/kube'
import { dataFilesIn, logPath, snapshotPath } from './data-files.ts'
import type { FileLayer, OpenFile } from './file-layer.ts'
import type { Journal } from './journal.ts'
import { frameOf, type LogRecord, markOf } from './log-record.ts'
import type { StoredObject } from './object-store.ts'
import { writeSnapshot } from './snapshot.ts'
import { saysFull } from '@knative-ts/disk'
import { StoreError } from './store-error.ts'

/** A log that outgrows this (and twice its last snapshot) is compacted however few records it has. */
const compactBytes = 64 << 20

/** The open log: where appends go on. */
export interface OpenLog {
  readonly file: OpenFile
  readonly revision: number
  readonly bytes: number
  readonly records: number
}

/** What a log journal works with. `onWarning` hears of a compaction that failed; the old log then goes on. */
export interface LogJournalOptions {
  readonly files: FileLayer
  readonly directory: string
  readonly snapshotEvery: number
  readonly onWarning: (error: Error) => void
}

/** Makes an empty log after `revision`, durable under its name. */
export async function createLog(files: FileLayer, directory: string, revision: number): Promise<OpenLog> {
  const file = await files.open(logPath(directory, revision))
  try {
    const frame = frameOf([markOf('base', revision)])
    await file.truncate(0)
    await file.write(frame, 0)
    await file.sync()
    await files.syncDirectory(directory)
    return { file, revision, bytes: frame.length, records: 0 }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The journal on disk: one log that is appended to, and snapshots that let old logs go. */
export class LogJournal implements Journal {
  readonly #options: LogJournalOptions
  #log: OpenFile
  #revision: number
  #bytes: number
  #records: number
  #snapshotBytes = 0
  #snapshot: Promise<void> | undefined
  #failure: StoreError | undefined

  constructor(options: LogJournalOptions, log: OpenLog) {
    this.#options = options
    this.#log = log.file
    this.#revision = log.revision
    this.#bytes = log.bytes
    this.#records = log.records
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    if (this.#failure) throw this.#failure
    const frame = frameOf(records)
    try {
      await this.#log.write(frame, this.#bytes)
      await this.#log.sync()
    } catch (error) {
      throw await this.#undo(error)
    }
    this.#bytes += frame.length
    this.#records += records.length
  }

  /**
   * After a failed append part of the frame may be in the file. It must go, durably, before anything is appended after it; where that
   * fails too, or the device did more than run full (after a failed fsync the kernel forgets what it did not write), nothing can be
   * promised any more.
   */
  async #undo(error: unknown): Promise<StoreError> {
    const path = logPath(this.#options.directory, this.#revision)
    const cause = errorText(error)
    try {
      await this.#log.truncate(this.#bytes)
      await this.#log.sync()
      if (saysFull(error))
        return new StoreError('full', `no space is left to write ${path} (${cause}): the write was refused; free some space`, {
          cause: error
        })
    } catch {
      // The first error is the one to report; this one only decides that no later append may be tried.
    }
    this.#failure = new StoreError('failed', `writing ${path} failed (${cause}): no write is accepted until a restart; check the disk`, {
      cause: error
    })
    return this.#failure
  }

  compactionDue(objects: number): boolean {
    if (this.#snapshot !== undefined || this.#failure !== undefined) return false
    return this.#records >= Math.max(this.#options.snapshotEvery, objects) || this.#bytes >= Math.max(compactBytes, 2 * this.#snapshotBytes)
  }

  async compact(revision: number, states: readonly (readonly StoredObject[])[]): Promise<void> {
    const { files, directory } = this.#options
    let fresh: OpenLog
    try {
      fresh = await createLog(files, directory, revision)
    } catch (error) {
      // A log without records is ignored by the next start, so a name that cannot be removed either does no harm.
      await files.remove(logPath(directory, revision)).catch(this.#warn)
      this.#warn(error)
      this.#postpone()
      return
    }
    const old = this.#log
    this.#log = fresh.file
    this.#revision = fresh.revision
    this.#bytes = fresh.bytes
    this.#records = 0
    await old.close().catch(this.#warn)
    this.#snapshotBytes = states.flat().reduce((sum, { size }) => sum + size, 0)
    this.#snapshot = this.#replaceBy(revision, states)
      .catch(this.#warn)
      .finally(() => (this.#snapshot = undefined))
  }

  async #replaceBy(revision: number, states: readonly (readonly StoredObject[])[]): Promise<void> {
    const { files, directory } = this.#options
    try {
      await writeSnapshot(files, directory, revision, states)
    } catch (error) {
      await files.remove(`${snapshotPath(directory, revision)}.tmp`)
      throw error
    }
    await removeOlder(files, directory, revision)
  }

  /** Counts anew towards the next compaction: one that failed is not tried at each write. */
  #postpone(): void {
    this.#records = 0
    this.#snapshotBytes = Math.max(this.#snapshotBytes, this.#bytes)
  }

  readonly #warn = (error: unknown): void => {
    const cause = errorText(error)
    this.#options.onWarning(
      new Error(`compacting the data directory ${this.#options.directory} failed (${cause}): its log goes on growing`, { cause: error })
    )
  }

  async close(): Promise<void> {
    await this.#snapshot
    await this.#log.close()
  }
}

/** Removes logs and snapshots that the snapshot at `revision` replaces. */
export async function removeOlder(files: FileLayer, directory: string, revision: number): Promise<void> {
  const { logs, snapshots } = dataFilesIn(await files.names(directory))
  for (const one of logs) if (one < revision) await files.remove(logPath(directory, one))
  for (const one of snapshots) if (one < revision) await files.remove(snapshotPath(directory, one))
}
