import { delayBefore, isRetriable, type RetryRule } from '@knative-ts/eventing'
import { type Answer, isSuccess } from './answer.ts'
import type { Sent } from './sender.ts'

export interface HopOptions {
  readonly rule: RetryRule
  /** Makes one attempt, whose answer comes later than this returns. */
  readonly attempt: (done: (answer: Answer) => void) => Sent
  /** Told of each attempt. */
  readonly attempted: (answer: Answer) => void
  /** It begins to wait for its next attempt, or has waited. */
  readonly waits: (waiting: boolean) => void
  /** The last answer. */
  readonly done: (answer: Answer) => void
}

/** The attempts to hand an event to one destination, by its retry rule (reference C1). */
export class Hop {
  readonly #options: HopOptions
  #retry = 0
  #sent: Sent | undefined
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(options: HopOptions) {
    this.#options = options
  }

  start(): void {
    this.#sent = this.#options.attempt((answer) => this.#answered(answer))
  }

  abort(): void {
    this.#over = true
    this.#sent?.abort()
    clearTimeout(this.#timer)
  }

  #answered(answer: Answer): void {
    if (this.#over) return
    const { rule, attempted, waits, done } = this.#options
    attempted(answer)
    if (isSuccess(answer) || !isRetriable(answer.status) || this.#retry >= rule.retries) {
      this.#over = true
      done(answer)
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
    waits(true)
    this.#timer = setTimeout(() => {
      waits(false)
      this.start()
    }, waitMs)
  }
}
