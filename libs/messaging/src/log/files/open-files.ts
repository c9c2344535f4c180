import type { FileLayer, OpenFile } from './file-layer.ts'

interface Entry {
  readonly opened: Promise<OpenFile>
  users: number
  dropped: boolean
}

/** Open files by path. At most `limit` stay open while nobody uses them: ten thousand topics do not take ten thousand descriptors. */
export class OpenFiles {
  readonly #files: FileLayer
  readonly #limit: number
  // In order of their last use.
  readonly #entries = new Map<string, Entry>()

  constructor(files: FileLayer, limit = 256) {
    this.#files = files
    this.#limit = limit
  }

  /** Opens the file (`make`: makes it when it is not there), or takes it as it is open, and keeps it open while `work` runs. */
  async use<T>(path: string, work: (file: OpenFile) => Promise<T>, make = false): Promise<T> {
    const entry = this.#entries.get(path) ?? { opened: this.#files.open(path, make), users: 0, dropped: false }
    this.#entries.delete(path)
    this.#entries.set(path, entry)
    entry.users++
    let file
    try {
      file = await entry.opened
      return await work(file)
    } catch (error) {
      // What could not be opened is tried anew by the next one.
      if (file === undefined && this.#entries.get(path) === entry) this.#entries.delete(path)
      throw error
    } finally {
      entry.users--
      if (file !== undefined && entry.users === 0 && entry.dropped) await closeOf(file)
      else await this.#evict()
    }
  }

  /** Forgets a file: it is closed as soon as nobody uses it. For those that were removed or failed. */
  async drop(path: string): Promise<void> {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    this.#entries.delete(path)
    entry.dropped = true
    if (entry.users === 0) await closeOf(await entry.opened)
  }

  /** Closes all; nobody may use one any more. */
  async close(): Promise<void> {
    for (const path of this.#entries.keys()) await this.drop(path)
  }

  async #evict(): Promise<void> {
    if (this.#entries.size <= this.#limit) return
    for (const [path, { users }] of this.#entries) if (users === 0) return this.drop(path)
  }
}

async function closeOf(file: OpenFile): Promise<void> {
  // The descriptor is free even when this fails, and what has to be durable was synced by whoever wrote it.
  await file.close().catch(() => undefined)
}
