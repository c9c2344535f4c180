/** A watch whose objects a webhook converts: what happens is told in order, each event when its object is known in the watcher's version. */
import { ApiError, errorText, type Status } from '@knative-ts/kube'
import { plainFailure } from '../http/errors.ts'
import type { StoredObject, StoreEvent } from '../store/object-store.ts'
import type { Call, World } from './call.ts'
import { convertAll } from './versions.ts'
import type { WatchListener, WatchType } from './watch.ts'

type Told = readonly [type: WatchType, stored: StoredObject]

/** Turns changes into what a watcher sees of them; needs all of them converted. */
export type See = (event: StoreEvent) => readonly Told[]

/** Events that may wait for a webhook. A watch with more behind it ends: its client watches again from the last version that it knows. */
const MOST_UNTOLD = 10_000

export class ConvertedTelling {
  readonly #world: World
  readonly #call: Call
  readonly #listener: WatchListener
  #turn: Promise<void> = Promise.resolve()
  #pending = 0
  #told: number
  #untold = 0
  #ended = false

  constructor(world: World, call: Call, listener: WatchListener) {
    this.#world = world
    this.#call = call
    this.#listener = listener
    this.#told = world.store.revision()
  }

  /** The revision up to which the watcher knows everything. */
  revision(): number {
    return this.#pending === 0 ? this.#world.store.revision() : this.#told
  }

  /** Tells the state at the beginning; `then` comes after it. */
  tellAll(stored: readonly StoredObject[], matches: (stored: StoredObject) => boolean, then: () => void): void {
    this.#later(async () => {
      await this.#converted(stored)
      for (const one of stored) if (matches(one)) this.#listener.event('ADDED', one)
      then()
      this.#listener.flush()
    })
  }

  /** Tells what happened. */
  tell(events: readonly StoreEvent[], see: See): void {
    if (this.#ended) return
    this.#untold += events.length
    if (this.#untold > MOST_UNTOLD) {
      this.#ended = true
      return this.#listener.end?.()
    }
    this.#later(async () => {
      await this.#converted(events.flatMap(({ current, before }) => (before === undefined ? [current] : [current, before])))
      const told = events.flatMap(see)
      // What left the view is told as a state of its own.
      await this.#converted(told.map(([, stored]) => stored))
      if (this.#ended) return
      for (const [type, stored] of told) this.#listener.event(type, stored)
      this.#listener.flush()
      this.#untold -= events.length
      this.#told = events.at(-1)?.revision ?? this.#told
    })
  }

  /** Nothing is told any more. */
  end(): void {
    this.#ended = true
  }

  #converted(stored: readonly StoredObject[]): Promise<void> {
    return this.#world.conversions.with(() => convertAll(this.#call.type, stored))
  }

  #later(work: () => Promise<void>): void {
    this.#pending++
    this.#turn = this.#turn
      .then(() => (this.#ended ? undefined : work()))
      .catch((error: unknown) => {
        this.#ended = true
        this.#listener.error(statusOf(error))
        this.#listener.flush()
        this.#listener.end?.()
      })
      .finally(() => this.#pending--)
  }
}

const statusOf = (error: unknown): Status => (error instanceof ApiError ? error.status : plainFailure(errorText(error)).status)
