import { conditionOf, keyText, type ConditionSet, type ObjectKey, type Status } from '@knative-ts/api'
import type { Clock } from '../clock.ts'

/**
 * Which states need not be told at once. Between its creation and Ready an object goes through states that last for milliseconds, and telling each of them
 * costs the API server a write with two calls of the webhook, and everybody who watches an event. What stays for longer is told.
 */
export class Leisure {
  readonly #ms: number
  readonly #happy: string
  readonly #clock: Clock
  /** Since when something is untold, by name. */
  readonly #untold = new Map<string, number>()

  /** `ms`: how long a state on the way may go untold; 0: everything is told at once. */
  constructor(ms: number, { happy }: ConditionSet, clock: Clock) {
    this.#ms = ms
    this.#happy = happy
    this.#clock = clock
  }

  /** Milliseconds that telling `after` can wait; 0: tell it now. */
  waitMs(key: ObjectKey, before: Status | undefined, after: Status): number {
    if (this.#ms === 0 || !this.#isOnTheWay(before, after)) return 0
    const now = this.#clock.now()
    const since = this.#untold.get(keyText(key)) ?? now
    this.#untold.set(keyText(key), since)
    return Math.max(0, since + this.#ms - now)
  }

  /** It has been told, or there is nothing to tell. */
  told(key: ObjectKey): void {
    this.#untold.delete(keyText(key))
  }

  /** Nobody knows yet whether it is ready. A state that was never told may be one of failure: of an object whose siblings are not in the cache yet. */
  #isOnTheWay(before: Status | undefined, after: Status): boolean {
    const told = conditionOf(before?.conditions, this.#happy)?.status
    const now = conditionOf(after.conditions, this.#happy)?.status
    return told === undefined ? now !== 'True' : told === 'Unknown' && now === 'Unknown'
  }
}
