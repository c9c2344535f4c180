import { delayOf, type Backoff } from '@knative-ts/kube'

/** Kubernetes' own: a pod that the node refuses again and again must not be replaced in a hot loop. */
const backoff: Backoff = { firstMs: 1_000, maxMs: 900_000 }
/** A place where nothing failed for this long starts afresh. */
const forgottenMs = 2 * backoff.maxMs

/** When pods that failed may be replaced: the first of a place at once, and each after it later, 1 s doubling to 15 min. */
export class FailedPods {
  readonly #places = new Map<string, { readonly failures: number; readonly at: number }>()

  /** When the next pod of the place that failed may go, ms; in the past when it may now. */
  mayGoAt(place: string): number {
    const known = this.#places.get(place)
    return known === undefined ? 0 : known.at + delayOf(backoff, known.failures)
  }

  /** A pod of the place that failed goes now. */
  goes(place: string, now: number): void {
    for (const [name, { at }] of this.#places) if (at + forgottenMs < now) this.#places.delete(name)
    this.#places.set(place, { failures: (this.#places.get(place)?.failures ?? 0) + 1, at: now })
  }
}
