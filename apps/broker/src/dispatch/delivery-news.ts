import type { eventRouting } from '@knative-ts/wire'
import type { Dispatch } from './dispatch.ts'

/** What the controllers are told of deliveries, and when that is news. */
export class DeliveryNews {
  readonly #dispatch: Dispatch
  readonly #told = new Map<string, eventRouting.DeliveryState>()

  constructor(dispatch: Dispatch) {
    this.#dispatch = dispatch
  }

  /** Those of which there is news since the last call; `all`: whatever there is to be said. */
  take(all: boolean): readonly eventRouting.DeliveryState[] {
    if (all) this.#told.clear()
    const stuck = new Set(this.#dispatch.stuck(performance.now()).map(({ uid }) => uid))
    const news: eventRouting.DeliveryState[] = []
    const there = new Set<string>()
    for (const line of this.#dispatch.lines()) {
      const { uid } = line.subscription
      const { lastError, failingSince } = this.#dispatch.health.of(uid)
      const state = { subscriptionUid: uid, lastError, failingSinceMs: failingSince, stuck: stuck.has(uid), backlog: line.backlog }
      there.add(uid)
      const before = this.#told.get(uid)
      if (!isNews(before, state)) continue
      this.#told.set(uid, state)
      news.push(state)
    }
    for (const uid of this.#told.keys()) if (!there.has(uid)) this.#told.delete(uid)
    return news
  }
}

function isNews(before: eventRouting.DeliveryState | undefined, after: eventRouting.DeliveryState): boolean {
  if (before === undefined) return after.lastError !== '' || after.stuck
  // A backlog changes all the time; it is told along with what has.
  return before.lastError !== after.lastError || before.stuck !== after.stuck || before.failingSinceMs !== after.failingSinceMs
}
