/**
 * What the store asks of a file system, no more: small enough that a test can stand in for the disk and lose every byte that was not
 * synced. Paths are absolute. Every method rejects with the system's error (`code` is the errno name).
 */
export interface FileLayer {
  /** Makes a directory and its parents; an existing one is fine. */
  makeDirectory(path: string): Promise<void>
  /** Names in a directory, in no order. */
  names(directory: string): Promise<readonly string[]>
  read(path: string): Promise<Buffer>
  /** Opens for writing, making the file when it does not exist. The new name is durable only after {@link syncDirectory}. */
  open(path: string): Promise<OpenFile>
  /** Replaces `to` in one step. Durable only after {@link syncDirectory}. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file; a missing one is fine. */
  remove(path: string): Promise<void>
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(directory: string): Promise<void>
  /** Bytes that this process may still write. */
  freeBytes(directory: string): Promise<number>
  /** Takes the directory for this process alone, or rejects with a StoreError `locked`. Resolves to the release. */
  lock(directory: string): Promise<() => Promise<void>>
}

/** One file open for writing. */
export interface OpenFile {
  /** Writes all bytes at a position. On failure any part of them may have been written. */
  write(bytes: Buffer, position: number): Promise<void>
  truncate(size: number): Promise<void>
  /** Makes the content (and the size) durable: fdatasync. */
  sync(): Promise<void>
  close(): Promise<void>
}
