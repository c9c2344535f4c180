/** How often and after what a delivery is tried again (DeliverySpec). Times in milliseconds. */
export interface RetryRule {
  /** Attempts after the first. */
  readonly retries: number
  readonly policy: 'linear' | 'exponential' | undefined
  readonly delayMs: number | undefined
  /** For one attempt; undefined: as long as the sender waits for any. */
  readonly timeoutMs: number | undefined
  /** The most that a Retry-After is obeyed; undefined: not at all. */
  readonly retryAfterMaxMs: number | undefined
}

/** An answer as far as it decides what to wait. */
export interface FailedAnswer {
  readonly status: number
  readonly retryAfter?: string
  /** Milliseconds of Unix time, for a Retry-After that is a date. */
  readonly now: number
}

/** Further waits would be years: what a timer can hold (2^31 - 1 milliseconds). */
const longestMs = 2 ** 31 - 1

/** Whether a failed attempt is tried again: no answer at all, 5xx, 404, 408, 409, 429 (Knative eventing data plane, "Retries"). */
export function isRetriable(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 404 || status === 408 || status === 409 || status === 429
}

/**
 * Milliseconds to wait before a retry, the first being 0: `delay` times two to the power of it, or times it (so the first linear retry comes
 * at once, as with the original); no policy or no delay: nothing. A Retry-After of 429 and 503 makes it longer, up to its maximum.
 */
export function delayBefore(rule: RetryRule, retry: number, answer?: FailedAnswer): number {
  const delay = rule.delayMs ?? 0
  const backoff = rule.policy === 'exponential' ? delay * 2 ** retry : rule.policy === 'linear' ? delay * retry : 0
  return Math.min(longestMs, Math.max(0, backoff, asked(rule, answer)))
}

function asked({ retryAfterMaxMs }: RetryRule, answer: FailedAnswer | undefined): number {
  if (retryAfterMaxMs === undefined || answer === undefined || (answer.status !== 429 && answer.status !== 503)) return 0
  const text = answer.retryAfter?.trim() ?? ''
  if (text === '') return 0
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - answer.now
  return Number.isNaN(wait) ? 0 : Math.min(wait, retryAfterMaxMs)
}
