import type { CloudEvent } from '../event/cloud-event.ts'
import { base64Of } from '../text/base64.ts'
import { utf8Of } from '../text/utf8.ts'

/** A hop that failed for good. */
export interface FailedDelivery {
  /** The URL that was asked. */
  readonly destination: string
  /** Its status; 500 stands for no answer at all, as with the original. */
  readonly status: number
  /** Its body, or text that says why there was none. */
  readonly body: Uint8Array | string
}

/** `knativeerrordata` has at most so many characters of base64. */
const longestData = 1024
const bytesRead = (longestData / 4) * 3

/**
 * The attributes that a dead letter carries beside the event's own (Knative eventing, "Dead letter sink"): where it failed, with what
 * status, and the start of the body as base64. Those that the event has already are left as they are. For {@link withAttributes}.
 */
export function errorExtensions(event: CloudEvent, failure: FailedDelivery): Readonly<Record<string, string>> {
  const body = typeof failure.body === 'string' ? utf8Of(failure.body) : failure.body
  const extensions: Record<string, string> = {
    knativeerrordest: failure.destination,
    knativeerrorcode: String(failure.status),
    knativeerrordata: base64Of(body.subarray(0, bytesRead))
  }
  for (const name of event.attributes.keys()) delete extensions[name]
  return extensions
}
