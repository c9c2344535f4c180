/**
 * What the log asks of a file system, no more: small enough that a test can stand in for the disk and lose every byte that was not synced.
 * Paths are absolute. Every method rejects with the system's error (`code` is the errno name).
 */
export interface FileLayer {
  /** Makes a directory and its parents; an existing one is fine. */
  makeDirectory(path: string): Promise<void>
  /** Names in a directory, in no order. */
  names(directory: string): Promise<readonly string[]>
  /** Opens for reading and writing. `make`: makes the file when it is not there; the new name is durable only after {@link syncDirectory}. */
  open(path: string, make: boolean): Promise<OpenFile>
  /** Replaces `to` in one step; directories can be renamed too. Durable only after {@link syncDirectory}. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file, or a directory with all that is in it; a missing one is fine. */
  remove(path: string): Promise<void>
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(directory: string): Promise<void>
  /** Takes the directory for this process alone, or rejects with a ChannelError `busy`. Resolves to the release. */
  lock(directory: string): Promise<() => Promise<void>>
}

/** One open file. */
export interface OpenFile {
  /** Reads up to `length` bytes to the beginning of `into`; resolves to how many there were. */
  read(into: Buffer, length: number, position: number): Promise<number>
  /** Writes all bytes at a position. On failure any part of them may have been written. */
  write(bytes: Buffer, position: number): Promise<void>
  truncate(size: number): Promise<void>
  size(): Promise<number>
  /** Makes the content (and the size) durable: fdatasync. */
  sync(): Promise<void>
  close(): Promise<void>
}
