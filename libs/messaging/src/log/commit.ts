import type { Publication } from './publication.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'

/** What the committer asks of a topic. */
export interface Committed {
  /** Its number, by which the journal names it. */
  readonly id: number
  readonly segments: Segments
  /** Takes what waits, about `bytes` of it; more waits when `hasPending` says so afterwards. */
  take(bytes: number): Publication[]
  readonly hasPending: boolean
  /** Time of the next commit in ms since 1970, never less than that of the one before. */
  stamp(): number
  /** Hears of frames that are durable from now on: `bytes` has them from `start` to `end` during the call. They are at `at` in the segment. */
  committed(segment: Segment, at: number, bytes: Buffer, start: number, end: number): void
}

/** One topic's part of a commit. */
export interface Part {
  readonly topic: Committed
  readonly publications: readonly Publication[]
  readonly segment: Segment
  readonly count: number
  readonly time: number
  /** Its entry's head and its frames in the arena. */
  readonly start: number
  readonly frames: number
  readonly end: number
}
