import { accessSync, constants, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A file system in memory that every Linux has and everybody may write to: an `emptyDir` of medium Memory needs no mount there. */
const memory = '/dev/shm'

/** Where the pods of one agent have their volumes in memory; below `instead` on a machine without such a place. */
export function memoryDirectoryOf(nodeMark: string, instead: string): string {
  return isWritable(memory) ? join(memory, `knative-ts-${nodeMark}`) : join(instead, 'memory')
}

/** Removes what an agent's pods left in memory. */
export function clearMemory(nodeMark: string): void {
  if (existsSync(memory)) rmSync(join(memory, `knative-ts-${nodeMark}`), { recursive: true, force: true })
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    // Not there, or not ours: the disk serves as well.
    return false
  }
}
