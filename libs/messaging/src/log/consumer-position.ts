import type { Segment } from './segment.ts'

/** A message that was delivered and is not acknowledged. */
export interface Held {
  /** How often it was delivered. */
  readonly attempt: number
  /** Where its body is; undefined when only its offset is known, after a restart. */
  readonly place: Place | undefined
}

/** Where a body is in a segment, and what belongs to it. */
export interface Place {
  readonly segment: Segment
  readonly at: number
  readonly length: number
  readonly key: string | undefined
  readonly time: number
}

/** A position as it is written down: the first offset that was never delivered, then offset and attempts of each message that is held. */
export interface SavedPosition {
  readonly next: number
  readonly held: readonly number[]
}

/**
 * Where a consumer is: everything before `next` is acknowledged but for what is held. So it takes memory by what is in flight, however far the acknowledgements
 * have run ahead of the first one that is missing.
 */
export class ConsumerPosition {
  next: number
  /** By offset, ascending: entries are replaced, never put in again. */
  readonly held = new Map<number, Held>()

  constructor({ next, held }: SavedPosition) {
    this.next = next
    for (let index = 0; index + 1 < held.length; index += 2) {
      this.held.set(held[index] as number, { attempt: held[index + 1] as number, place: undefined })
    }
  }

  /** Everything before it is acknowledged. */
  get floor(): number {
    const first = this.held.keys().next()
    return first.done === true ? this.next : first.value
  }

  /** How many messages up to the end of a topic are not acknowledged. */
  lag(end: number): number {
    return Math.max(0, end - this.next) + this.held.size
  }

  /** Gives up what is before `offset`, where the topic begins now; returns how many of these messages had not been acknowledged. */
  skipTo(offset: number): number {
    let given = Math.max(0, offset - this.next)
    for (const held of this.held.keys()) {
      if (held >= offset) break
      this.held.delete(held)
      given++
    }
    this.next = Math.max(this.next, offset)
    return given
  }

  save(): SavedPosition {
    const held: number[] = []
    for (const [offset, { attempt }] of this.held) held.push(offset, attempt)
    return { next: this.next, held }
  }
}
