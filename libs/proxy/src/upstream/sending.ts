import { channels } from '../diagnostics.ts'
import { type Attempt, Forwarding } from './forwarding.ts'
import type { UpstreamConnection } from '../http1/upstream-connection.ts'
import type { Outcome } from './outcome.ts'
import type { ServerExchange } from '../server/server-exchange.ts'
import { beginAttempt, endAttempt } from '../tracing/attempts.ts'
import type { Span } from '../tracing/span.ts'
import type { SocketPool } from './upstream-pool.ts'
import type { ForwardOptions, Settled } from './upstreams.ts'

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** One exchange on its way through a pool: an attempt, and another one when a kept connection proved stale. */
export class Sending {
  readonly #pool: SocketPool
  readonly #exchange: ServerExchange
  readonly #address: string
  readonly #options: ForwardOptions
  readonly #settled: Settled
  #connection: UpstreamConnection | undefined
  #fresh = false
  #span: Span | undefined

  constructor(pool: SocketPool, exchange: ServerExchange, address: string, options: ForwardOptions, settled: Settled) {
    this.#pool = pool
    this.#exchange = exchange
    this.#address = address
    this.#options = options
    this.#settled = settled
  }

  attempt(fresh: boolean): void {
    const { aborted, record } = this.#exchange
    if (aborted !== undefined || record.started || record.ended) {
      this.#finish({ kind: aborted === 'expired' ? 'expired' : 'client-gone' })
      return
    }
    this.#fresh = fresh
    this.#connection = undefined
    const { span } = this.#exchange
    if (span !== undefined) this.#span = beginAttempt(span, this.#exchange, this.#address)
    this.#pool.begin(new Forwarding(this.#exchange, this.#address, this.#options, this), this.#address, this.#options, fresh, this)
  }

  /** The request goes out on this connection. */
  begun(connection: UpstreamConnection): void {
    this.#connection = connection
  }

  /** The present attempt is over. */
  ended(attempt: Attempt): void {
    if (this.#span !== undefined) endAttempt(this.#span, attempt)
    if (attempt.kind !== 'failed') {
      this.#finish(attempt)
      return
    }
    const { phase, error } = attempt
    const { request } = this.#exchange
    const mayRepeat = this.#options.retry === 'unsent-or-idempotent' && idempotent.has(request.method)
    const whole = !request.body.touched
    if (whole && !this.#fresh && (error.unsent || (phase === 'before-head' && this.#isStale && mayRepeat))) {
      this.attempt(true)
      return
    }
    if (channels.upstreamFailed.hasSubscribers) channels.upstreamFailed.publish({ address: this.#address, phase, error })
    this.#finish({
      kind: 'upstream-failed',
      phase,
      error,
      retriable: whole && (phase === 'connect' || (phase === 'before-head' && mayRepeat))
    })
  }

  /** The attempt used a kept connection and got no byte of response, as when the upstream had closed it in the meantime. */
  get #isStale(): boolean {
    const connection = this.#connection
    return connection?.wasKept === true && !connection.hasReceived
  }

  #finish(outcome: Outcome): void {
    this.#exchange.core?.run(this.#exchange, () => this.#settled(outcome, this.#exchange))
  }
}
