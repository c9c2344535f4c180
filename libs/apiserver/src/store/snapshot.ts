import type { FileLayer } from './file-layer.ts'
import { contentOf, frameOf, type LogRecord, markOf } from './log-record.ts'
import { snapshotPath } from './data-files.ts'
import type { StoredObject } from './object-store.ts'
import { StoreError } from './store-error.ts'

/** Bytes of JSON text in one frame: keeps each turn of the event loop to a few milliseconds. */
const frameBytes = 1 << 20

/** Writes all objects at a revision. When it resolves the snapshot is durable under its name; before that, no reader takes it for one. */
export async function writeSnapshot(
  files: FileLayer,
  directory: string,
  revision: number,
  states: readonly (readonly StoredObject[])[]
): Promise<void> {
  const path = snapshotPath(directory, revision)
  const unfinished = `${path}.tmp`
  const file = await files.open(unfinished)
  let count = 0
  try {
    await file.truncate(0)
    let at = 0
    let records: LogRecord[] = [markOf('base', revision)]
    let bytes = 0
    const flush = async () => {
      const frame = frameOf(records)
      await file.write(frame, at)
      at += frame.length
      records = []
      bytes = 0
    }
    for (const state of states.flat()) {
      records.push({ kind: 'put', state })
      count++
      bytes += state.size
      if (bytes >= frameBytes) await flush()
    }
    records.push(markOf('end', count))
    await flush()
    await file.sync()
  } finally {
    await file.close()
  }
  await files.rename(unfinished, path)
  await files.syncDirectory(directory)
}

/** Reads a snapshot. Throws StoreError `corrupt` when it is not whole: a crash never leaves such a one under its final name. */
export async function readSnapshot(files: FileLayer, directory: string, revision: number): Promise<readonly LogRecord[]> {
  const path = snapshotPath(directory, revision)
  const bytes = await files.read(path)
  const { records, goodBytes, damagedAt = goodBytes } = contentOf(bytes, path)
  const [first, last] = [records[0], records.at(-1)]
  const whole =
    first?.kind === 'base' && first.state.revision === revision && last?.kind === 'end' && last.state.revision === records.length - 2
  if (!whole || goodBytes !== bytes.length) {
    throw new StoreError(
      'corrupt',
      `${path} is damaged at byte ${damagedAt}: restore the data directory from a backup, or start with another one`
    )
  }
  return records.slice(1, -1)
}
