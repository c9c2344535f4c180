import type { StoreEvent, StoredObject } from './object-store.ts'

/** The last events, oldest first: at most `size` of them and `bytes` of JSON text. What falls out moves {@link oldest} on. */
export class History {
  readonly #size: number
  readonly #bytes: number
  #events: StoreEvent[] = []
  /** Events before this index have fallen out; they are cut off now and then, not one by one. */
  #start = 0
  #held = 0
  #oldest: number

  constructor(size: number, bytes: number, oldest: number) {
    this.#size = size
    this.#bytes = bytes
    this.#oldest = oldest
  }

  /** The revision after which all events are known. */
  get oldest(): number {
    return this.#oldest
  }

  push(event: StoreEvent): void {
    this.#events.push(event)
    this.#held += event.current.size
    while (this.#events.length - this.#start > this.#size || (this.#held > this.#bytes && this.#events.length - this.#start > 1)) {
      const gone = this.#events[this.#start++] as StoreEvent
      this.#held -= gone.current.size
      this.#oldest = gone.revision
    }
    if (this.#start > 1024 && this.#start * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#start)
      this.#start = 0
    }
  }

  /** Events of a resource after a revision that is not older than {@link oldest}. */
  after(revision: number, resource: string): readonly StoreEvent[] {
    return this.#events.slice(this.#indexAfter(revision)).filter(({ current }) => current.key.resource === resource)
  }

  /** What objects of a resource were at a revision, as far as they have changed since; undefined for those that were not there. */
  statesAt(revision: number, resource: string): ReadonlyMap<string, StoredObject | undefined> {
    const states = new Map<string, StoredObject | undefined>()
    const first = this.#indexAfter(revision)
    for (let index = this.#events.length - 1; index >= first; index--) {
      const { current, before } = this.#events[index] as StoreEvent
      if (current.key.resource === resource) states.set(`${current.key.namespace}/${current.key.name}`, before)
    }
    return states
  }

  #indexAfter(revision: number): number {
    let low = this.#start
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#events[middle] as StoreEvent).revision <= revision) low = middle + 1
      else high = middle
    }
    return low
  }
}
