import type { Duplex } from 'node:stream'
import type { BodySink } from './body.ts'
import type { AbortCause } from './exchange.ts'
import type { HeaderList } from './header-list.ts'
import { type Outcome, UpstreamError, type UpstreamPhase } from './outcome.ts'
import type { Responder, ServerExchange } from './server-exchange.ts'
import { tunnel } from './tunnel.ts'
import type { UpstreamListener, UpstreamStream } from './upstream-stream.ts'
import type { ForwardOptions } from './upstreams.ts'

/** How one attempt ended, before the retry rule is applied. */
export type Attempt =
  | Exclude<Outcome, { kind: 'upstream-failed' }>
  | { readonly kind: 'failed'; readonly phase: UpstreamPhase; readonly error: UpstreamError }

/**
 * One attempt to have an exchange answered by one upstream stream: carries the request body up and the response down, each at the pace of its receiver.
 * The first of end, failure and abort settles it; whatever comes later finds it settled.
 */
export class Forwarding implements UpstreamListener, Responder {
  readonly result: Promise<Attempt>
  readonly #exchange: ServerExchange
  readonly #onResponse: ForwardOptions['onResponse']
  #resolve: (attempt: Attempt) => void = () => {}
  #stream: UpstreamStream | undefined
  #settled = false
  #uploading = false
  #tunnelled: Duplex | undefined
  #expectation: NodeJS.Timeout | undefined

  constructor(exchange: ServerExchange, onResponse: ForwardOptions['onResponse']) {
    this.#exchange = exchange
    this.#onResponse = onResponse
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
    exchange.responder = this
  }

  /** The request head has gone out on `stream`. The body follows; with `Expect: 100-continue` once the upstream asks, or after `expectMs`. */
  begin(stream: UpstreamStream, expectMs: number): void {
    this.#stream = stream
    const { body, headers } = this.#exchange.request
    if (this.#settled || body.length === 0) return
    if (headers.has('Expect') && expectMs > 0) this.#expectation = setTimeout(() => this.#upload(), expectMs)
    else this.#upload()
  }

  #upload(): void {
    clearTimeout(this.#expectation)
    if (this.#uploading || this.#settled) return
    this.#uploading = true
    const sink: BodySink = {
      chunk: (bytes) => this.#stream?.chunk(bytes) !== false,
      end: (trailers) => this.#stream?.end(trailers),
      // The exchange is aborted by its connection in the same turn; that settles the attempt.
      fail: () => this.#stream?.abort()
    }
    this.#exchange.request.body.flowTo(sink)
  }

  // ---- from the upstream

  interim(status: number, headers: HeaderList): void {
    if (this.#settled) return
    if (status === 100 && this.#expectation !== undefined) this.#upload()
    else this.#exchange.sendInterim(status, headers)
  }

  head(status: number, reason: string, headers: HeaderList, length: number): void {
    if (this.#settled) return
    clearTimeout(this.#expectation)
    this.#onResponse?.(status, headers)
    this.#exchange.sendHead(status, reason, headers, length)
  }

  chunk(bytes: Uint8Array): boolean {
    return this.#settled || this.#exchange.sendChunk(bytes)
  }

  end(trailers: HeaderList | undefined): void {
    if (this.#settled) return
    const { record } = this.#exchange
    this.#exchange.sendEnd(trailers)
    this.#finish({ kind: 'completed', status: record.status })
  }

  fail(error: UpstreamError): void {
    if (this.#settled) return
    const { record } = this.#exchange
    const phase = record.started ? 'mid-body' : 'before-head'
    this.#finish({ kind: 'failed', phase, error })
    if (phase === 'mid-body') this.#exchange.breakOff()
  }

  switched(headers: HeaderList, socket: Duplex, rest: Buffer): void {
    const client = this.#settled ? undefined : this.#exchange.switchProtocols(headers)
    if (client === undefined) {
      socket.destroy()
      this.fail(new UpstreamError('bad-response', '', 'unexpected 101 Switching Protocols'))
      return
    }
    this.#tunnelled = socket
    const { record } = this.#exchange
    const laid = tunnel(client, { socket, head: rest }, (bytes) => {
      record.bytes += bytes
    })
    void laid.then(() => {
      this.#exchange.tunnelClosed()
      this.#finish({ kind: 'completed', status: 101 })
    })
  }

  cork(): void {
    if (!this.#settled) this.#exchange.cork()
  }

  uncork(): void {
    this.#exchange.uncork()
  }

  // ---- from the client's side

  aborted(cause: AbortCause): void {
    if (this.#settled) return
    this.#tunnelled?.destroy()
    this.#stream?.abort()
    this.#finish({ kind: cause === 'expired' ? 'expired' : 'client-gone' })
  }

  writable(): void {
    this.#stream?.resume()
  }

  /** The upstream takes request bytes again. */
  drained(): void {
    if (this.#uploading) this.#exchange.request.body.resume()
  }

  #finish(attempt: Attempt): void {
    clearTimeout(this.#expectation)
    this.#settled = true
    if (this.#exchange.responder === this) this.#exchange.responder = undefined
    this.#resolve(attempt)
  }
}
