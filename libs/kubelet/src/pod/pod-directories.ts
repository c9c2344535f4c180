/** Where a pod keeps what it writes on this node. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { nodeMarkOf } from '../clean-up.ts'
import type { PodStorage } from '../node/storage-limits.ts'
import { diskUsage } from '../usage/disk-usage.ts'
import { memoryDirectoryOf } from '../volume/memory-directory.ts'

export class PodDirectories {
  /** On the disk. */
  readonly directory: string
  /** In memory, for volumes that ask for it. */
  readonly memoryDirectory: string

  constructor(stateDirectory: string, uid: string) {
    this.directory = join(stateDirectory, 'pods', uid)
    this.memoryDirectory = join(memoryDirectoryOf(nodeMarkOf(stateDirectory), stateDirectory), uid)
  }

  /** Measures what the pod has written. `restarts` tells how often a container was started again: each run has files of its own. */
  storage(restarts: (container: string) => number): PodStorage {
    return {
      emptyDir: ({ name, emptyDir }) =>
        diskUsage(emptyDir?.medium === 'Memory' ? join(this.memoryDirectory, name) : join(this.directory, 'volumes', name)),
      container: async (name) =>
        (await diskUsage(join(this.directory, 'logs', name))) +
        (await diskUsage(join(this.directory, 'containers', `${name}-${restarts(name)}`, 'upper')))
    }
  }

  remove(): void {
    for (const directory of [this.directory, this.memoryDirectory]) rmSync(directory, { recursive: true, force: true })
  }
}
