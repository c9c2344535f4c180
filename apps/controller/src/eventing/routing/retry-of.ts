import { parsePeriod, type DeliverySpec } from '@knative-ts/api'
import type { eventRouting } from '@knative-ts/wire'

/** How often and how far apart deliveries are tried. What admission has let through unread is left out. */
export function retryOf(delivery: DeliverySpec | undefined): eventRouting.Retry {
  const period = (text: string | undefined): number | undefined => (text === undefined ? undefined : parsePeriod(text))
  return {
    retries: Math.max(0, delivery?.retry ?? 0),
    policy: delivery?.backoffPolicy ?? '',
    delayMs: period(delivery?.backoffDelay),
    timeoutMs: period(delivery?.timeout),
    retryAfterMaxMs: period((delivery as { retryAfterMax?: string } | undefined)?.retryAfterMax)
  }
}
