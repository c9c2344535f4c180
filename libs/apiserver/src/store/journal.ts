import type { LogRecord } from './log-record.ts'
import type { StoredObject } from './object-store.ts'

/** Where committed records go, so that they are there after a crash. One append at a time. */
export interface Journal {
  /**
   * Resolves when all records are durable. Rejects with a StoreError: `full` when nothing of them was kept and a later append may
   * succeed, `failed` when no append will.
   */
  append(records: readonly LogRecord[]): Promise<void>
  /** Whether the log has grown so much that {@link compact} pays, with so many objects alive. */
  compactionDue(objects: number): boolean
  /** Starts a fresh log after `revision`; resolves when appends may go on. The snapshot of `states` is written meanwhile. */
  compact(revision: number, states: readonly (readonly StoredObject[])[]): Promise<void>
  /** Waits for a running snapshot and lets go of the files. */
  close(): Promise<void>
}

/** The journal of an ephemeral store: remembers nothing. */
export const noJournal: Journal = {
  append: () => Promise.resolve(),
  compactionDue: () => false,
  compact: () => Promise.resolve(),
  close: () => Promise.resolve()
}
