import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const blockBytes = 512

/** Bytes that a file or a whole directory takes on its disk; 0 for what is not there. Hard links below it count once. */
export async function diskUsage(path: string, seen: Set<string> = new Set()): Promise<number> {
  try {
    const stats = await lstat(path)
    const identity = `${stats.dev}:${stats.ino}`
    if (stats.nlink > 1 && !stats.isDirectory()) {
      if (seen.has(identity)) return 0
      seen.add(identity)
    }
    let bytes = stats.blocks * blockBytes
    if (stats.isDirectory()) for (const name of await readdir(path)) bytes += await diskUsage(join(path, name), seen)
    return bytes
  } catch (error) {
    // Pods go on to write and remove while this looks.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0
    throw error
  }
}
