import type { OpenFile } from './files/file-layer.ts'

/**
 * Syncs of segments. When a sync fails the kernel forgets what it could not write, and tells it once: whoever syncs next, or at the same time, hears that all is well. So syncs of
 * one file take turns, and after one that failed none of that file is believed any more.
 */
export class SegmentSyncs {
  readonly #failed = new Set<string>()
  readonly #last = new Map<string, Promise<void>>()

  /** Makes what was written durable. Rejects when that fails, or when it ever failed for this file. */
  async sync(path: string, file: OpenFile): Promise<void> {
    const before = this.#last.get(path)
    const own = this.#after(before, path, file)
    const ended = own.catch(() => undefined)
    this.#last.set(path, ended)
    try {
      await own
    } finally {
      if (this.#last.get(path) === ended) this.#last.delete(path)
    }
  }

  /** Writing the file has failed: it is not believed any more. */
  fail(path: string): void {
    this.#failed.add(path)
  }

  hasFailed(path: string): boolean {
    return this.#failed.has(path)
  }

  /** The file was made anew. */
  begin(path: string): void {
    this.#failed.delete(path)
  }

  async #after(before: Promise<void> | undefined, path: string, file: OpenFile): Promise<void> {
    if (before !== undefined) await before
    this.#assertSound(path)
    try {
      await file.sync()
    } catch (error) {
      this.#failed.add(path)
      throw error
    }
    this.#assertSound(path)
  }

  #assertSound(path: string): void {
    if (this.#failed.has(path)) throw new Error(`writing ${path} had failed`)
  }
}
