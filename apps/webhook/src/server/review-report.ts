import diagnostics from 'node:diagnostics_channel'
import type { AdmissionRequest } from '../review/admission-review.ts'

/** How one call of the webhook went. */
export interface ReviewReport {
  readonly path: string
  readonly status: number
  /** The whole call, and the reviewer's part of it; ms. */
  readonly tookMs: number
  readonly handledMs: number | undefined
  readonly requestBytes: number
  readonly responseBytes: number
  /** Undefined when there was no request that could be read. */
  readonly request: AdmissionRequest | undefined
  /** Refused, or not answered because the reviewer threw. */
  readonly failed: boolean
}

const channel = diagnostics.channel('knative.webhook.review')

/** Every call of this process's webhook but probes; costs nothing while nobody listens. */
export const reviewed = {
  subscribe: (listener: (report: ReviewReport) => void): void => channel.subscribe((message) => listener(message as ReviewReport)),
  publish: (report: ReviewReport): void => {
    if (channel.hasSubscribers) channel.publish(report)
  }
}
