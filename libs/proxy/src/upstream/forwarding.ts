import type { AbortCause } from '../server/exchange.ts'
import { socketOf } from './address.ts'
import type { HeaderList } from '../header-list.ts'
import { ReceivedRequest } from '../http1/request.ts'
import type { OutgoingRequest } from '../http1/upstream-connection.ts'
import { type Outcome, UpstreamError, type UpstreamPhase } from './outcome.ts'
import type { Responder, ServerExchange } from '../server/server-exchange.ts'
import { layTunnel } from './tunnel.ts'
import type { UpstreamListener, UpstreamStream } from './upstream-stream.ts'
import type { ForwardOptions, HeaderEdits } from './upstreams.ts'
import type { Wire } from '../wire/wire.ts'

/** How one attempt ended, before the retry rule is applied. */
export type Attempt =
  | Exclude<Outcome, { kind: 'upstream-failed' }>
  | { readonly kind: 'failed'; readonly phase: UpstreamPhase; readonly error: UpstreamError }

/**
 * One attempt to have an exchange answered by one upstream stream: carries the request body up and the response down, each at the pace of its receiver.
 * The first of end, failure and abort settles it; whatever comes later finds it settled. It is the request that it sends, too: fewer objects a request.
 */
export class Forwarding implements UpstreamListener, Responder, OutgoingRequest {
  readonly exchange: ServerExchange
  readonly #address: string
  readonly #options: ForwardOptions
  readonly #sending: { ended(attempt: Attempt): void }
  #stream: UpstreamStream | undefined
  #settled = false
  #uploading = false
  #tunnelled: Wire | undefined
  #expectation: NodeJS.Timeout | undefined

  /** @param sending told once how it ended */
  constructor(exchange: ServerExchange, address: string, options: ForwardOptions, sending: { ended(attempt: Attempt): void }) {
    this.exchange = exchange
    this.#address = address
    this.#options = options
    this.#sending = sending
    exchange.responder = this
  }

  get givenUp(): boolean {
    return this.#settled
  }

  // ---- the request, as it goes upstream

  get method(): string {
    return this.exchange.request.method
  }

  get target(): string {
    return this.exchange.request.target
  }

  get host(): string {
    return this.#options.host ?? this.#ownHost
  }

  get newHost(): string | undefined {
    const { request } = this.exchange
    if (this.#options.host !== undefined) return this.#options.host
    // A list without a Host field of its own (HTTP/2, HTTP/1.0) gets one.
    return request.headers.has('Host') ? undefined : this.#ownHost
  }

  /** What the request says; HTTP/1.0 may say nothing, and an upstream of HTTP/1.1 must have something: its address, as with Go. */
  get #ownHost(): string {
    return this.exchange.request.host || socketOf(this.#address)
  }

  get headers(): HeaderList {
    return this.exchange.request.headers
  }

  get sameLine(): boolean {
    const { request } = this.exchange
    return request instanceof ReceivedRequest && request.lineStays
  }

  get edits(): HeaderEdits | undefined {
    return this.#options.edits
  }

  get chunked(): boolean {
    return this.exchange.request.body.length < 0
  }

  get hasBody(): boolean {
    return this.exchange.request.body.length !== 0
  }

  get upgrade(): string | undefined {
    return this.exchange.request.upgrade
  }

  /** The request head has gone out on `stream`. The body follows; with `Expect: 100-continue` once the upstream asks, or after `expectMs`. */
  begin(stream: UpstreamStream, expectMs: number): void {
    this.#stream = stream
    const { body, headers } = this.exchange.request
    if (this.#settled || body.length === 0) return
    if (expectMs > 0 && headers.has('Expect')) this.#expectation = setTimeout(() => this.#upload(), expectMs)
    else this.#upload()
  }

  #upload(): void {
    clearTimeout(this.#expectation)
    if (this.#uploading || this.#settled || this.#stream === undefined) return
    this.#uploading = true
    // A body that fails aborts its exchange in the same turn; that settles the attempt.
    this.exchange.request.body.flowTo(this.#stream)
  }

  // ---- from the upstream

  interim(status: number, headers: HeaderList): void {
    if (this.#settled) return
    if (status === 100 && this.#expectation !== undefined) this.#upload()
    else this.exchange.sendInterim(status, headers)
  }

  head(status: number, reason: string, headers: HeaderList, length: number): void {
    if (this.#settled) return
    clearTimeout(this.#expectation)
    if (this.#options.onResponse !== undefined && !this.#edited(status, headers)) return
    this.exchange.sendHead(status, reason, headers, length)
  }

  /** Whether the role's code got through; else its bug has been told and answered. */
  #edited(status: number, headers: HeaderList): boolean {
    try {
      this.#options.onResponse?.(status, headers)
    } catch (error) {
      this.exchange.core?.failed(this.exchange, error)
    }
    return !this.#settled
  }

  chunk(bytes: Uint8Array): boolean {
    return this.#settled || this.exchange.sendChunk(bytes)
  }

  end(trailers: HeaderList | undefined): void {
    if (this.#settled) return
    this.exchange.sendEnd(trailers)
    this.#finish({ kind: 'completed', status: this.exchange.record.status })
  }

  fail(error: UpstreamError): void {
    if (this.#settled) return
    const phase = this.exchange.record.started ? 'mid-body' : error.unsent ? 'connect' : 'before-head'
    if (phase === 'mid-body') this.exchange.breakOff()
    this.#finish({ kind: 'failed', phase, error })
  }

  /** There is no stream at all: not one byte was sent. */
  unsent(error: UpstreamError): void {
    if (!this.#settled) this.#finish({ kind: 'failed', phase: 'connect', error })
  }

  switched(headers: HeaderList, wire: Wire, read: Buffer): void {
    const client = this.#settled ? undefined : this.exchange.switchProtocols(headers)
    if (client === undefined) {
      wire.destroy()
      this.fail(new UpstreamError('bad-response', '', 'unexpected 101 Switching Protocols'))
      return
    }
    this.#tunnelled = wire
    const { record } = this.exchange
    layTunnel(
      client,
      { wire, read },
      (bytes) => {
        record.bytes += bytes
      },
      () => {
        this.exchange.tunnelClosed()
        this.#finish({ kind: 'completed', status: 101 })
      }
    )
  }

  // ---- from the client's side

  aborted(cause: AbortCause): void {
    if (this.#settled) return
    const attempt: Attempt = { kind: cause === 'expired' ? 'expired' : 'client-gone' }
    const stream = this.#stream
    this.#tunnelled?.destroy()
    this.#settleAlone()
    // Only when the upstream has let go of the request may another one take its place.
    if (stream === undefined || this.#tunnelled !== undefined) this.#sending.ended(attempt)
    else stream.abort(() => this.#sending.ended(attempt))
  }

  writable(): void {
    this.#stream?.resume()
  }

  /** The upstream takes request bytes again. */
  drained(): void {
    if (this.#uploading) this.exchange.request.body.resume()
  }

  #finish(attempt: Attempt): void {
    if (this.#settled) return
    this.#settleAlone()
    this.#sending.ended(attempt)
  }

  /** Whatever comes from either side from here on concerns nobody. */
  #settleAlone(): void {
    this.#settled = true
    if (this.#expectation !== undefined) clearTimeout(this.#expectation)
    if (this.exchange.responder === this) this.exchange.responder = undefined
  }
}
