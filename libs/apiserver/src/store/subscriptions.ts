import type { StoreEvent } from './object-store.ts'

type Listener = (events: readonly StoreEvent[]) => void

interface Subscription {
  readonly resource: string
  readonly listener: Listener
  /** Revision up to which the listener knows everything; undefined until its backlog was delivered. */
  seen: number | undefined
}

/** Who listens to which resource. Each gets every event after its starting revision once and in order. */
export class Subscriptions {
  readonly #byResource = new Map<string, Set<Subscription>>()

  /**
   * `backlog` is asked for in a microtask, so the listener is never called before the subscriber has its unsubscriber in hand, and no
   * event falls between backlog and live ones.
   */
  add(resource: string, since: number, listener: Listener, backlog: () => readonly StoreEvent[]): () => void {
    const subscription: Subscription = { resource, listener, seen: undefined }
    let live = true
    queueMicrotask(() => {
      if (!live) return
      const events = backlog()
      subscription.seen = Math.max(since, events.at(-1)?.revision ?? 0)
      if (events.length > 0) call(listener, events)
    })
    const all = this.#byResource.get(resource) ?? new Set()
    this.#byResource.set(resource, all.add(subscription))
    return () => {
      live = false
      all.delete(subscription)
    }
  }

  deliver(batch: readonly StoreEvent[]): void {
    for (const [resource, events] of Map.groupBy(batch, ({ current }) => current.key.resource)) {
      // A copy: listeners come and go while they are called.
      for (const subscription of Array.from(this.#byResource.get(resource) ?? [])) {
        const { seen, listener } = subscription
        if (seen === undefined || !this.#byResource.get(resource)?.has(subscription)) continue
        const fresh = (events[0] as StoreEvent).revision > seen ? events : events.filter(({ revision }) => revision > seen)
        if (fresh.length > 0) call(listener, fresh)
      }
    }
  }

  clear(): void {
    for (const all of this.#byResource.values()) all.clear()
  }
}

/** One broken listener must not cost the others their events: its error surfaces as an uncaught one, as with an EventTarget. */
function call(listener: Listener, events: readonly StoreEvent[]): void {
  try {
    listener(events)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
