import type { routing } from '@knative-ts/wire'

/** A complete table as its parts arrive, as far as one kind of its members goes. */
export class Arrival {
  readonly #membersOf: (update: routing.RoutingUpdate) => readonly { readonly key: string }[]
  readonly #named = new Set<string>()

  constructor(membersOf: (update: routing.RoutingUpdate) => readonly { readonly key: string }[]) {
    this.#membersOf = membersOf
  }

  /** What of `known` no part of a complete table has named. Empty until its last part, and for differences. */
  leftOut(update: routing.RoutingUpdate, known: Iterable<string>): readonly string[] {
    if (!update.complete) return []
    // A stream may have broken off in the middle of an earlier one.
    if (update.part === 0) this.#named.clear()
    for (const { key } of this.#membersOf(update)) this.#named.add(key)
    if (update.continues) return []
    const left = [...known].filter((key) => !this.#named.has(key))
    this.#named.clear()
    return left
  }
}
