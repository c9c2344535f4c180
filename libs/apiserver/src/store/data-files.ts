/** Names of the files in a data directory: `objects-<revision>.log` holds what came after the revision, `.snapshot` what there was at it. */
import { join } from 'node:path'

const pattern = /^objects-(\d{16})\.(log|snapshot)$/

/** Revisions of the logs and snapshots among the names of a directory, oldest first, and names of unfinished files. */
export function dataFilesIn(names: readonly string[]): {
  readonly logs: readonly number[]
  readonly snapshots: readonly number[]
  readonly unfinished: readonly string[]
} {
  const of = (extension: string) =>
    names
      .map((name) => pattern.exec(name))
      .filter((match) => match?.[2] === extension)
      .map((match) => Number(match?.[1]))
      .sort((a, b) => a - b)
  return { logs: of('log'), snapshots: of('snapshot'), unfinished: names.filter((name) => /^objects-\d+\.snapshot\.tmp$/.test(name)) }
}

/** The log of everything after `revision`. */
export function logPath(directory: string, revision: number): string {
  return join(directory, `objects-${String(revision).padStart(16, '0')}.log`)
}

/** The state of everything at `revision`. */
export function snapshotPath(directory: string, revision: number): string {
  return join(directory, `objects-${String(revision).padStart(16, '0')}.snapshot`)
}
