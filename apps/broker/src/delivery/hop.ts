import { delayBefore, isRetriable, type RetryRule } from '@knative-ts/eventing'
import { type Answer, isSuccess } from './answer.ts'
import type { Sent } from './sender.ts'

/** What is attempted, for whom. */
export interface Errand {
  readonly rule: RetryRule
  /** Makes one attempt, whose answer comes later than this returns. */
  attempt(done: (answer: Answer) => void): Sent
  /** What an answer counts as. */
  judged(answer: Answer): Answer
  /** Told of each attempt. */
  attempted(answer: Answer): void
  /** It begins to wait for its next attempt, or has waited. */
  waits(waiting: boolean): void
  /** The last answer. */
  done(answer: Answer): void
}

/** The attempts to hand an event to one destination, by its retry rule (reference C1). */
export class Hop {
  readonly #errand: Errand
  #retry = 0
  #sent: Sent | undefined
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(errand: Errand) {
    this.#errand = errand
  }

  start(): void {
    this.#sent = this.#errand.attempt(this.#answered)
  }

  abort(): void {
    this.#over = true
    this.#sent?.abort()
    clearTimeout(this.#timer)
  }

  readonly #answered = (given: Answer): void => {
    if (this.#over) return
    const errand = this.#errand
    const answer = errand.judged(given)
    const { rule } = errand
    errand.attempted(answer)
    if (isSuccess(answer) || !isRetriable(answer.status) || this.#retry >= rule.retries) {
      this.#over = true
      errand.done(answer)
      return
    }
    const retryAfter = answer.headers?.get('Retry-After')
    const waitMs = delayBefore(
      rule,
      this.#retry++,
      answer.status === undefined
        ? undefined
        : { status: answer.status, ...(retryAfter === undefined ? {} : { retryAfter }), now: Date.now() }
    )
    if (waitMs === 0) {
      this.start()
      return
    }
    errand.waits(true)
    this.#timer = setTimeout(() => {
      errand.waits(false)
      this.start()
    }, waitMs)
  }
}
