import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { channelContract } from '../contract/channel-contract.ts'
import { memoryFiles } from '../testing/memory-files.ts'
import type { FileLayer } from './files/file-layer.ts'
import { nodeFiles } from './files/node-files.ts'
import { openLog } from './open-log.ts'

const unexpected = (message: string) => {
  // Limits are tried by the contract; nothing else is to be warned of.
  if (!message.includes('beyond its limit')) throw new Error(message)
}
const segmentBytes = 1 << 20

channelContract('the log on a disk that loses what was not synced', () => {
  let files = memoryFiles()
  return Promise.resolve({
    open: () => openLog({ directory: '/log', files, segmentBytes, onWarning: unexpected }),
    crash: () => {
      files.stop()
      files = files.afterCrash()
      return Promise.resolve()
    },
    fill: (full) => {
      files.full = full
      return Promise.resolve()
    },
    remove: () => Promise.resolve()
  })
})

/** Node's file system, of which a process can be made to end: its calls return no more, its lock is gone. */
class EndingFiles {
  ended = false
  readonly #releases: (() => Promise<void>)[] = []

  get layer(): FileLayer {
    return {
      makeDirectory: (path) => this.#whileAlive(() => nodeFiles.makeDirectory(path)),
      names: (directory) => this.#whileAlive(() => nodeFiles.names(directory)),
      rename: (from, to) => this.#whileAlive(() => nodeFiles.rename(from, to)),
      remove: (path) => this.#whileAlive(() => nodeFiles.remove(path)),
      syncDirectory: (directory) => this.#whileAlive(() => nodeFiles.syncDirectory(directory)),
      open: async (path, make) => {
        const file = await this.#whileAlive(() => nodeFiles.open(path, make))
        return {
          read: (into, length, position) => this.#whileAlive(() => file.read(into, length, position)),
          write: (bytes, position) => this.#whileAlive(() => file.write(bytes, position)),
          truncate: (size) => this.#whileAlive(() => file.truncate(size)),
          size: () => this.#whileAlive(() => file.size()),
          sync: () => this.#whileAlive(() => file.sync()),
          close: () => file.close()
        }
      },
      lock: async (directory) => {
        const release = await nodeFiles.lock(directory)
        this.#releases.push(release)
        return release
      }
    }
  }

  async end(): Promise<void> {
    this.ended = true
    for (const release of this.#releases) await release()
  }

  #whileAlive<T>(work: () => Promise<T>): Promise<T> {
    return this.ended ? new Promise(() => undefined) : work()
  }
}

channelContract('the log on a real disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'log-'))
  let files = new EndingFiles()
  return {
    open: () => openLog({ directory, files: files.layer, segmentBytes, onWarning: unexpected }),
    crash: async () => {
      await files.end()
      files = new EndingFiles()
    },
    remove: () => rm(directory, { recursive: true })
  }
})
