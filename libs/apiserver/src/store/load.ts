import { dataFilesIn, logPath } from './data-files.ts'
import type { FileLayer } from './file-layer.ts'
import { contentOf, type FileContent, type LogRecord } from './log-record.ts'
import { createLog, type OpenLog, removeOlder } from './log-journal.ts'
import { readSnapshot } from './snapshot.ts'
import { StoreError } from './store-error.ts'
import { join } from 'node:path'

/** Revision of a store that was never written to. Not 0, which means "any" in the Kubernetes API. */
export const firstRevision = 1

/** What a data directory holds: the objects at `snapshotRevision`, the changes since, and the log that goes on. */
export interface Loaded {
  readonly snapshotRevision: number
  readonly snapshot: readonly LogRecord[]
  readonly changes: readonly LogRecord[]
  readonly log: OpenLog
}

/**
 * Reads a data directory and makes it whole again after a crash: what compaction left unfinished goes, and the torn end of the last
 * log is cut. Throws StoreError `corrupt`, naming the file, for anything that a crash cannot have caused.
 */
export async function load(files: FileLayer, directory: string): Promise<Loaded> {
  const names = await files.names(directory)
  const { logs, snapshots, unfinished } = dataFilesIn(names)
  for (const name of unfinished) await files.remove(join(directory, name))
  const snapshotRevision = snapshots.at(-1) ?? firstRevision
  const snapshot = snapshots.length > 0 ? await readSnapshot(files, directory, snapshotRevision) : []
  await removeOlder(files, directory, snapshotRevision)

  const changes: LogRecord[] = []
  let reached = snapshotRevision
  let last: { readonly revision: number; readonly content: FileContent } | undefined
  for (const revision of logs.filter((one) => one >= snapshotRevision)) {
    const path = logPath(directory, revision)
    const bytes = await files.read(path)
    const content = contentOf(bytes, path)
    if (content.damagedAt !== undefined) throw corrupt(path, `is damaged at byte ${content.damagedAt}`)
    // A log that was begun when the process died, or whose beginning failed: nothing was ever acknowledged from it.
    if (content.records.length <= 1 && revision !== reached) {
      await files.remove(path)
      continue
    }
    if (revision !== reached) throw corrupt(path, `begins after revision ${revision} but the files before it end at ${reached}`)
    changes.push(...content.records.slice(1))
    reached = changes.at(-1)?.state.revision ?? reached
    last = { revision, content }
  }
  if (last === undefined && snapshots.length > 0) throw corrupt(logPath(directory, snapshotRevision), 'is missing')
  return { snapshotRevision, snapshot, changes, log: await reopen(files, directory, last) }
}

async function reopen(files: FileLayer, directory: string, last: { revision: number; content: FileContent } | undefined): Promise<OpenLog> {
  if (last === undefined) return createLog(files, directory, firstRevision)
  const { records, goodBytes } = last.content
  if (records.length === 0) return createLog(files, directory, last.revision)
  const file = await files.open(logPath(directory, last.revision))
  await file.truncate(goodBytes)
  await file.sync()
  // The name may have survived the crash without ever having been made durable.
  await files.syncDirectory(directory)
  return { file, revision: last.revision, bytes: goodBytes, records: records.length - 1 }
}

function corrupt(path: string, why: string): StoreError {
  return new StoreError('corrupt', `${path} ${why}: restore the data directory from a backup, or start with another one`)
}
