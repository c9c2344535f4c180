import type { BodySink, Exchange } from '@knative-ts/proxy'

/**
 * Has `work` done with the whole body of a request, whose bytes are valid only during the call. A body of more than `limit` bytes is answered with 413
 * as soon as that is known.
 */
export function withBody(exchange: Exchange, limit: number, work: (body: Uint8Array) => void | Promise<void>): void {
  const { body } = exchange.request
  if (body.length > limit) {
    exchange.respond(413)
    return
  }
  exchange.hold()
  body.flowTo(new WholeBody(exchange, limit, work))
}

/** Gathers a body. The exchange is held meanwhile: a promise for each request would be garbage that counts. */
class WholeBody implements BodySink {
  readonly #exchange: Exchange
  readonly #limit: number
  readonly #work: (body: Uint8Array) => void | Promise<void>
  #chunks: Uint8Array[] | undefined
  #size = 0
  #over = false

  constructor(exchange: Exchange, limit: number, work: (body: Uint8Array) => void | Promise<void>) {
    this.#exchange = exchange
    this.#limit = limit
    this.#work = work
  }

  chunk(bytes: Uint8Array): boolean {
    if (this.#over) return true
    const { body } = this.#exchange.request
    // Most bodies come whole: they are not copied.
    if (this.#size === 0 && bytes.length === body.length) {
      this.#finish(bytes)
      return true
    }
    this.#size += bytes.length
    if (this.#size > this.#limit) {
      this.#over = true
      body.detach()
      this.#exchange.finish(() => void this.#exchange.respond(413))
      return true
    }
    ;(this.#chunks ??= []).push(Uint8Array.prototype.slice.call(bytes))
    return true
  }

  end(): void {
    if (!this.#over) this.#finish(Buffer.concat(this.#chunks ?? [], this.#size))
  }

  /** The client is gone: there is nobody to answer. */
  fail(): void {
    if (this.#over) return
    this.#over = true
    this.#exchange.finish(() => undefined)
  }

  #finish(bytes: Uint8Array): void {
    this.#over = true
    this.#exchange.finish(() => this.#work(bytes))
  }
}
