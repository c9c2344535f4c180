import { close, constants, fdatasync, fstat, ftruncate, open as openDescriptor, read, write } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import type { FileLayer, OpenFile } from './file-layer.ts'
import { syncDirectory } from '@knative-ts/disk'
import { lockLog } from './lock-log.ts'

/** The real file system. Files are readable by their owner alone: nobody knows what events hold. */
export const nodeFiles: FileLayer = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  names: (directory) => readdir(directory),
  open(path, make) {
    const flags = constants.O_RDWR | (make ? constants.O_CREAT : 0)
    return new Promise((resolve, reject) => {
      openDescriptor(path, flags, 0o600, (error, descriptor) => (error ? reject(error) : resolve(new NodeFile(descriptor))))
    })
  },
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  syncDirectory,
  lock: lockLog
}

/** A descriptor with callbacks: a FileHandle costs several times as much a call, and a commit is two calls. */
class NodeFile implements OpenFile {
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  async read(into: Buffer, length: number, position: number): Promise<number> {
    let at = 0
    while (at < length) {
      const count = await new Promise<number>((resolve, reject) => {
        read(this.#descriptor, into, at, length - at, position + at, (error, bytes) => (error ? reject(error) : resolve(bytes)))
      })
      if (count === 0) break
      at += count
    }
    return at
  }

  write(bytes: Buffer, position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      // One write(2) may be short (a full disk, a signal): go on until all is written or the system says why not.
      const from = (at: number): void =>
        write(this.#descriptor, bytes, at, bytes.length - at, position + at, (error, count) => {
          if (error) reject(error)
          else if (at + count < bytes.length) from(at + count)
          else resolve()
        })
      from(0)
    })
  }

  truncate(size: number): Promise<void> {
    return new Promise((resolve, reject) => ftruncate(this.#descriptor, size, (error) => (error ? reject(error) : resolve())))
  }

  size(): Promise<number> {
    return new Promise((resolve, reject) => fstat(this.#descriptor, (error, stats) => (error ? reject(error) : resolve(stats.size))))
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => fdatasync(this.#descriptor, (error) => (error ? reject(error) : resolve())))
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => close(this.#descriptor, (error) => (error ? reject(error) : resolve())))
  }
}
