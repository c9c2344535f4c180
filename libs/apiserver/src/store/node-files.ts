import { open, mkdir, readdir, readFile, rename, rm, statfs } from 'node:fs/promises'
import { lockDataDirectory } from './lock-data-directory.ts'
import { syncDirectory } from '@knative-ts/disk'
import type { FileLayer, OpenFile } from './file-layer.ts'
import { constants } from 'node:fs'

/** The real file system. Files are readable by their owner alone, since Secrets are stored in them. */
export const nodeFiles: FileLayer = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  names: (directory) => readdir(directory),
  read: (path) => readFile(path),
  open: openFile,
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  syncDirectory,
  async freeBytes(directory) {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  },
  lock: lockDataDirectory
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  return {
    async write(bytes, position) {
      // One write(2) may be short (a full disk, a signal): go on until all is written or the system says why not.
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at)
        at += bytesWritten
      }
    },
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    close: () => handle.close()
  }
}
