import type { Span } from '@knative-ts/proxy'
import type { Place } from '@knative-ts/throttling'
import type { RevisionEntry } from './revision/revision-entry.ts'

/** When a request came how far, in milliseconds of performance.now; 0 for what has not happened. */
export interface Progress {
  heldFrom: number
  heldTo: number
  forwardedAt: number
  respondedAt: number
  /** How often it was sent. */
  attempts: number
}

/** What the stages of one request hand to each other. */
export interface Activated {
  /** Set by the stage that finds the revision; those after it run only with one. */
  entry: RevisionEntry
  /** The place that it was sent to last. */
  place: Place | undefined
  /** Pods that had connected and then died of it. */
  deaths: number
  /** The span of the request while that of sending it is the innermost one. */
  outer: Span | undefined
  /** Kept only while somebody listens. */
  times: Progress | undefined
}
