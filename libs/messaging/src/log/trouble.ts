import type { Clock } from './clock.ts'
import { saysFull } from '@knative-ts/disk'
import { StorageFailed } from '../storage-failed.ts'
import { StorageFull } from '../storage-full.ts'

const probeEveryMs = 500

/** Whether the disk takes bytes. After a failure nothing is tried with messages: a probe finds out when it does again. */
export class Trouble {
  readonly #directory: string
  readonly #clock: Clock
  readonly #probe: () => Promise<void>
  #error: StorageFull | StorageFailed | undefined
  #failures = 0
  #cancel: () => void = () => undefined
  #probing: Promise<void> | undefined
  #closed = false

  /** `probe` writes and syncs some bytes, and rejects when that fails. */
  constructor(directory: string, clock: Clock, probe: () => Promise<void>) {
    this.#directory = directory
    this.#clock = clock
    this.#probe = probe
  }

  /** What publishers are to be told; undefined: all is well. */
  get error(): StorageFull | StorageFailed | undefined {
    return this.#error
  }

  /** Takes note of a failure; returns what publishers are to be told. */
  begin(cause: unknown): StorageFull | StorageFailed {
    const text = cause instanceof Error ? cause.message : String(cause)
    const first = this.#error === undefined
    this.#failures++
    this.#error = saysFull(cause)
      ? new StorageFull(`no space is left for events in ${this.#directory} (${text}): free some, or give it a larger volume`, { cause })
      : new StorageFailed(`writing events to ${this.#directory} failed (${text}): check the disk`, { cause })
    if (first) this.#schedule()
    return this.#error
  }

  /** Resolves when no probe is under way any more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancel()
    await this.#probing
  }

  #schedule(): void {
    if (this.#closed) return
    this.#cancel = this.#clock.after(probeEveryMs, () => {
      this.#probing = this.#look()
    })
  }

  async #look(): Promise<void> {
    const before = this.#failures
    try {
      await this.#probe()
      if (this.#failures === before) {
        this.#error = undefined
        return
      }
      // Something failed meanwhile, of which this probe may not have looked at what is left to repair.
    } catch (error) {
      this.begin(error)
    }
    this.#schedule()
  }
}
