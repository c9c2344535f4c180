import diagnostics from 'node:diagnostics_channel'
import { delayOf, retryBackoff, type Backoff } from './backoff.ts'
import { systemClock, type Clock } from './clock.ts'

/** Published on the diagnostics channel `knative.kube.workqueue.change`, for queues that have a name. */
export interface QueueChange {
  readonly queue: string
  /** `added`: a name that did not wait yet; `delayed`: one that will; `taken`: a pass for it begins; `cleared`: nothing waits any more. */
  readonly change: 'added' | 'delayed' | 'taken' | 'cleared'
  /** The name in the queue; empty when all were cleared. */
  readonly name: string
  /** Names that wait now. */
  readonly depth: number
}

const channel = diagnostics.channel('knative.kube.workqueue.change')

/**
 * Names waiting for a pass: each at most once, never handed out while a pass for it runs (it comes back after that pass), with delays and
 * a backoff for each name. Semantics of client-go's `util/workqueue`.
 */
export class WorkQueue {
  readonly #clock: Clock
  readonly #backoff: Backoff
  readonly #ready: () => void
  readonly #queue: string | undefined
  readonly #waiting = new Map<string, number>()
  readonly #running = new Set<string>()
  readonly #again = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #delayed = new Map<string, { readonly at: number; readonly cancel: () => void }>()

  /** `ready` is called whenever a name may be taken. `name` is the queue's own, under which changes are published. */
  constructor(ready: () => void, options: { readonly clock?: Clock; readonly backoff?: Backoff; readonly name?: string } = {}) {
    this.#ready = ready
    this.#queue = options.name
    this.#clock = options.clock ?? systemClock
    this.#backoff = options.backoff ?? retryBackoff
  }

  /** Names that wait for a pass now. */
  get depth(): number {
    return this.#waiting.size
  }

  /** Passes under way. */
  get running(): number {
    return this.#running.size
  }

  add(name: string): void {
    if (this.#running.has(name)) {
      if (!this.#again.has(name)) this.#publish('added', name)
      this.#again.add(name)
      return
    }
    if (!this.#waiting.has(name)) {
      this.#waiting.set(name, this.#clock.now())
      this.#publish('added', name)
    }
    this.#ready()
  }

  /** Adds after `delayMs`; of two delays for one name the one that ends sooner counts. */
  addAfter(name: string, delayMs: number): void {
    if (delayMs <= 0) return this.add(name)
    const at = this.#clock.now() + delayMs
    const before = this.#delayed.get(name)
    if (before !== undefined && before.at <= at) return
    before?.cancel()
    const fire = (): void => {
      this.#delayed.delete(name)
      this.add(name)
    }
    this.#delayed.set(name, { at, cancel: this.#clock.after(delayMs, fire) })
    this.#publish('delayed', name)
  }

  /** Adds after the name's backoff, which doubles each time until `forget`. Returns the delay in ms. */
  addRateLimited(name: string): number {
    const failures = (this.#failures.get(name) ?? 0) + 1
    this.#failures.set(name, failures)
    const delayMs = delayOf(this.#backoff, failures)
    this.addAfter(name, delayMs)
    return delayMs
  }

  /** How often in a row the name was added by `addRateLimited`. */
  failures(name: string): number {
    return this.#failures.get(name) ?? 0
  }

  /** The name's pass went well: its backoff starts over. */
  forget(name: string): void {
    this.#failures.delete(name)
  }

  /** Hands out the name that waits longest, with the ms that it waited. `done` must follow. */
  take(): { readonly name: string; readonly waitedMs: number } | undefined {
    for (const [name, since] of this.#waiting) {
      this.#waiting.delete(name)
      this.#running.add(name)
      this.#publish('taken', name)
      return { name, waitedMs: this.#clock.now() - since }
    }
    return undefined
  }

  /** The pass of `name` ended; what was added meanwhile waits now. */
  done(name: string): void {
    this.#running.delete(name)
    if (this.#again.delete(name)) {
      this.#waiting.set(name, this.#clock.now())
      this.#ready()
    } else if (this.#waiting.size > 0) this.#ready()
  }

  /** Drops what waits and all timers. */
  clear(): void {
    this.#waiting.clear()
    this.#again.clear()
    for (const { cancel } of this.#delayed.values()) cancel()
    this.#delayed.clear()
    this.#publish('cleared', '')
  }

  #publish(change: QueueChange['change'], name: string): void {
    if (this.#queue === undefined || !channel.hasSubscribers) return
    const message: QueueChange = { queue: this.#queue, change, name, depth: this.#waiting.size }
    channel.publish(message)
  }
}
