import { join } from 'node:path'
import type { Disk } from './disk.ts'
import { saysMissing } from '@knative-ts/disk'
import { inSlices } from './in-slices.ts'

const nameForm = /^journal-(\d+)$/

/** Numbers of the journals among the names of a directory, ascending. */
export function journalsIn(names: readonly string[]): number[] {
  const numbers = names.map((name) => nameForm.exec(name)?.[1]).filter((digits) => digits !== undefined)
  return numbers.map(Number).sort((left, right) => left - right)
}

/** Path of a journal. */
export function journalPath(directory: string, number: number): string {
  return join(directory, `journal-${number}`)
}

interface Current {
  readonly path: string
  bytes: number
  /** Paths of segments that are durable only by this journal. */
  readonly unsynced: Set<string>
}

/**
 * Makes what many topics commit at the same time durable by one sync: their segments are written and left to the page cache, the same bytes are written here and
 * synced. Used only when more segments would have to be synced than is worth it: otherwise bytes are written once.
 */
export class Journal {
  readonly #disk: Disk
  readonly #directory: string
  readonly #rotateBytes: number
  readonly #onWarning: (message: string) => void
  #number = 1
  #current: Current | undefined
  #checkpoint: Promise<void> = Promise.resolve()
  #broken = false

  /**
   * For a directory without journals: {@link redo} takes away what was there. A journal that outgrows `rotateBytes` is replaced; it goes when the segments that it
   * stands for are synced.
   */
  constructor(disk: Disk, directory: string, rotateBytes: number, onWarning: (message: string) => void) {
    this.#disk = disk
    this.#directory = directory
    this.#rotateBytes = rotateBytes
    this.#onWarning = onWarning
  }

  /** Resolves when `bytes` (entries) are durable. What a rejected call left is taken away before anything else is appended. */
  async append(bytes: Buffer, segments: readonly string[]): Promise<void> {
    if (this.#broken) await this.repair()
    const current = (this.#current ??= await this.#begin())
    for (const path of segments) current.unsynced.add(path)
    try {
      await this.#disk.open.use(current.path, async (file) => {
        await file.write(bytes, current.bytes)
        await file.sync()
      })
    } catch (error) {
      this.#broken = true
      // Where this fails too it is tried again before anything else is appended.
      await this.repair().catch(() => undefined)
      throw error
    }
    current.bytes += bytes.length
    if (current.bytes >= this.#rotateBytes) this.#rotate(current)
  }

  /** Takes away what a failed append left, durably: it must not be done once more over what is written to its segments from now on. */
  async repair(): Promise<void> {
    const current = this.#current
    if (!this.#broken || current === undefined) return
    await this.#disk.open.use(current.path, async (file) => {
      await file.truncate(current.bytes)
      await file.sync()
    })
    this.#broken = false
  }

  /** Syncs all segments, and removes the journal. */
  async close(): Promise<void> {
    await this.repair().catch((error: unknown) =>
      this.#onWarning(
        `${this.#current?.path} cannot be repaired (${String(error)}): events that were refused may be delivered; check the disk`
      )
    )
    if (this.#current !== undefined && !this.#broken) this.#rotate(this.#current)
    await this.#checkpoint
  }

  async #begin(): Promise<Current> {
    const path = journalPath(this.#directory, this.#number)
    await this.#disk.open.use(path, (file) => file.truncate(0), true)
    await this.#disk.files.syncDirectory(this.#directory)
    this.#number++
    return { path, bytes: 0, unsynced: new Set() }
  }

  #rotate(old: Current): void {
    this.#current = undefined
    this.#checkpoint = this.#checkpoint.then(() =>
      this.#release(old).catch((error: unknown) =>
        // What is believed no more is written anew by the next start, from the entries.
        this.#onWarning(
          `syncing the segments of ${old.path} failed (${String(error)}): it is kept until the next start, which repairs them; check the disk`
        )
      )
    )
  }

  async #release({ path, unsynced }: Current): Promise<void> {
    await inSlices([...unsynced], async (segment) => {
      await this.#disk.open
        .use(segment, (file) => this.#disk.syncs.sync(segment, file))
        .catch((error: unknown) => {
          // Its messages were acknowledged and it was removed.
          if (!saysMissing(error)) throw error
        })
    })
    await this.#disk.open.drop(path)
    await this.#disk.files.remove(path)
  }
}
