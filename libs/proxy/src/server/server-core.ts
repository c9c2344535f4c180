import type { Handler } from './pipeline.ts'
import type { FailureListener, ServerLimits, ServerTimes } from './server.ts'
import type { ServerExchange } from './server-exchange.ts'
import { channels } from '../diagnostics.ts'
import { refuse } from './refuse.ts'

/** What all connections of a server share. */
export class ServerCore {
  readonly handler: Handler
  readonly limits: ServerLimits
  readonly times: ServerTimes
  readonly serveHalfClosed: boolean
  /** No connection is used again: its next answer says so. */
  leaving = false
  /** Nothing new is taken. */
  draining = false
  active = 0
  tunnels = 0
  requests = 0
  refused = 0
  readonly #onFailure: FailureListener | undefined
  /** What a handler threw, while its exchange is being answered for it. */
  #thrown: unknown

  constructor(handler: Handler, limits: ServerLimits, times: ServerTimes, serveHalfClosed: boolean, onFailure?: FailureListener) {
    this.handler = handler
    this.#onFailure = onFailure
    this.limits = limits
    this.times = times
    this.serveHalfClosed = serveHalfClosed
  }

  /** Runs the handler; an exchange that it leaves unanswered, or throws on, ends in 500 or a broken connection. */
  serve(exchange: ServerExchange): void {
    this.active++
    this.requests++
    exchange.core = this
    exchange.hold()
    let done: Promise<void> | undefined
    try {
      done = this.handler(exchange) ?? undefined
    } catch (error) {
      this.failed(exchange, error)
    }
    this.#leave(exchange, done)
  }

  /** Runs a role's code for an exchange that is held, and releases it when that is done. */
  run(exchange: ServerExchange, work: () => void | Promise<void>): void {
    let done: Promise<void> | undefined
    try {
      done = work() ?? undefined
    } catch (error) {
      this.failed(exchange, error)
    }
    this.#leave(exchange, done)
  }

  #leave(exchange: ServerExchange, done: Promise<void> | undefined): void {
    if (done === undefined) exchange.release()
    else void this.#finish(done, exchange)
  }

  async #finish(done: Promise<void>, exchange: ServerExchange): Promise<void> {
    try {
      await done
    } catch (error) {
      this.failed(exchange, error)
    }
    exchange.release()
  }

  /** Nothing is under way for the exchange any more. */
  released(exchange: ServerExchange): void {
    this.active--
    if (!exchange.record.ended && exchange.aborted === undefined) {
      this.failed(exchange, new Error('the handler returned without an answer'))
    }
  }

  /** A bug in a handler: told, and answered where that is still possible. */
  failed(exchange: ServerExchange, error: unknown): void {
    const { method, target, host } = exchange.request
    channels.handlerError.publish({ error, method, target, host })
    if (exchange.record.ended || exchange.aborted !== undefined) return
    this.#thrown = error
    if (!refuse(exchange, 500, 'Internal Server Error')) {
      this.answered(exchange, exchange.record.status, '')
      exchange.destroy()
    }
    this.#thrown = undefined
  }

  /** The role answered 500 or above itself. */
  answered(exchange: ServerExchange, status: number, body: string | Uint8Array): void {
    if (this.#onFailure === undefined) return
    const thrown = this.#thrown
    const text = typeof body === 'string' ? body : Buffer.from(body).toString('latin1')
    this.#onFailure(exchange, status, thrown === undefined ? text.trimEnd() : thrown instanceof Error ? thrown : String(thrown))
  }
}
