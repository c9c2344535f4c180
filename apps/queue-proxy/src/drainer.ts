import type { Exchange, Stage } from '@knative-ts/proxy'
import { answerIngressProbe, isIngressProbe, isKubeletProbe, isQueueProber, letIn, networkProbe, refuse } from '@knative-ts/proxy'

/** A lone `/wait-for-drain` this long without our own SIGTERM is a restart of the app alone. */
const resetAfterMs = 1000

interface Drain {
  readonly done: Promise<void>
  readonly finish: () => void
  readonly timer: NodeJS.Timeout
}

/**
 * Health and drain gate (reference 5.3). While draining health is 503, and a drain ends when no request has come for the quiet period.
 * All who wait share one drain.
 */
export class Drainer {
  readonly #quietMs: number
  readonly #isReady: () => Promise<boolean>
  #terminated = false
  /** Requests that have come so far. */
  #come = 0
  #drain: Drain | undefined

  constructor(quietMs: number, isReady: () => Promise<boolean>) {
    this.#quietMs = quietMs
    this.#isReady = isReady
  }

  get draining(): boolean {
    return this.#drain !== undefined
  }

  /** Our own SIGTERM: drains for good. Resolves after the quiet period. */
  terminate(): Promise<void> {
    this.#terminated = true
    return this.#start().done
  }

  /** The kubelet's preStop hook of a user container. Resolves after the quiet period, or when a restart of the app alone is recognised. */
  async waitForDrain(): Promise<void> {
    const drain = this.#start()
    const reset = setTimeout(() => {
      if (this.#terminated || this.#drain !== drain) return
      this.#drain = undefined
      clearTimeout(drain.timer)
      drain.finish()
    }, resetAfterMs)
    reset.unref()
    await drain.done
  }

  #start(): Drain {
    if (this.#drain !== undefined) return this.#drain
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#drain = { done: promise, finish: resolve, timer: setTimeout(() => void this.#quiet(resolve), this.#quietMs) }
    return this.#drain
  }

  /** Who came while this thread was busy is still to be let in: that was no quiet. Letting them in has set the timer anew. */
  async #quiet(finish: () => void): Promise<void> {
    const before = this.#come
    await letIn()
    if (this.#come === before) finish()
  }

  /** Answers probes; every other request passes, and restarts the quiet period while draining. */
  readonly gate: Stage = (exchange, next) => {
    const { headers } = exchange.request
    if (isKubeletProbe(headers) || isQueueProber(headers)) return this.#health(exchange)
    if (isIngressProbe(headers)) {
      if (this.draining) refuse(exchange, 503, 'shutting down')
      else answerIngressProbe(exchange)
      return undefined
    }
    this.#come++
    this.#drain?.timer.refresh()
    return next(exchange)
  }

  async #health(exchange: Exchange): Promise<void> {
    const probe = networkProbe(exchange.request.headers) ?? ''
    if (this.draining) refuse(exchange, 503, 'shutting down')
    else if (probe !== 'queue') refuse(exchange, 400, `unexpected probe header value: "${probe}"`)
    else if (await this.#isReady()) exchange.respond(200, { 'Content-Type': 'text/plain; charset=utf-8' }, 'queue')
    else exchange.respond(503)
  }
}
