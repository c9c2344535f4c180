import type { BodySource } from '../body.ts'
import type { HeaderFields, HeaderList } from '../header-list.ts'
import type { Span } from '../tracing/span.ts'

/** The version that a client speaks. */
export type HttpVersion = '1.0' | '1.1' | '2'

/** A request as it was received: valid, framed unambiguously, header fields untouched. */
export interface InboundRequest {
  readonly version: HttpVersion
  readonly method: string
  /** Path and query (`/a?b`), or `*`. Absolute-form targets have been reduced to this after their authority proved equal to Host. */
  readonly target: string
  /** The Host field, or `:authority`; empty only for HTTP/1.0 without Host. Assigning it rewrites the Host field in its place. */
  host: string
  /** Stages may edit the fields; what is here when `forward` is called goes upstream, less the hop-by-hop fields. */
  readonly headers: HeaderList
  readonly body: BodySource
  /** Protocol the client asks to switch to (`websocket`), lower case; undefined for an ordinary request, and for `h2c`, which is never passed on. */
  readonly upgrade: string | undefined
  /** The client's address without `::ffff:`, and its port. */
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
  /** True when the connection is TLS. */
  readonly secure: boolean
}

/** What has been sent to the client so far. */
export interface ResponseRecord {
  /** True once a final status has been handed to the connection: nothing else can be answered any more. */
  readonly started: boolean
  /** Final status, or 0 before. 101 for an upgraded connection. */
  readonly status: number
  /** Body bytes sent (of an upgraded connection: bytes towards the client). */
  readonly bytes: number
  /** True once the response is over, properly or by a cut. */
  readonly ended: boolean
  /** Milliseconds (performance.now) of the last write of head or body; 0 before. Interim responses, 101 and tunnel frames do not count. */
  readonly lastWriteAt: number
}

/** Why `Exchange.signal` fired. */
export type AbortCause = 'client-gone' | 'expired' | 'server-closed'

/** The reason (`signal.reason`) of an aborted exchange. */
export class ExchangeAborted extends Error {
  override readonly name = 'ExchangeAborted'
  override readonly cause: AbortCause

  constructor(cause: AbortCause) {
    super(cause)
    this.cause = cause
  }
}

/**
 * One request and its response. `C` is what the stages of a role hand to each other (`context`), made by `pipeline`.
 *
 * A handler ends it with exactly one of `respond`, `forward` or `send` (of an UpstreamPool), or `destroy`. It is done when it has returned, its promise
 * if it returned one has been resolved, and what it sent upstream has been settled.
 */
export interface Exchange<C = unknown> {
  readonly request: InboundRequest
  readonly response: ResponseRecord
  context: C
  /** The innermost span that is open, for a request that is traced: attempts to forward it become its children. Set by `traced`. */
  span: Span | undefined
  /** Milliseconds (performance.now) at which the head had arrived. */
  readonly startedAt: number
  /** Fires when the client goes away, the exchange expires, or the server is closed; its reason is an ExchangeAborted. Made when first asked for. */
  readonly signal: AbortSignal
  /** Why the exchange was aborted, without making a signal; undefined while it lives. */
  readonly aborted: AbortCause | undefined
  /**
   * Answers locally: status, fields, whole body, with a length. Unread request bytes are dropped.
   * False, and nothing happens, when a response has started or the exchange was aborted (so a late answer is discarded).
   */
  respond(status: number, headers?: HeaderFields, body?: string | Uint8Array): boolean
  /**
   * Ends the exchange now: with `status` and `body` when nothing was sent; else the response is cut and terminated properly
   * (`body` and the final chunk, or END_STREAM; a response with a length can only be ended by closing); an upgraded connection is closed on both sides.
   * The signal fires with `expired`; a `forward` under way resolves to `expired`.
   */
  expire(status: number, body: string): void
  /** Breaks the connection (HTTP/2: resets the stream) without a word, so that the client cannot take the response for complete. */
  destroy(): void
  /** The exchange is not done when its handler returns: `finish` is still to come. For who waits for something without a promise of the handler's own. */
  hold(): void
  /** Runs the rest of a handler that held the exchange, which is done when that is. What it throws is answered as what a handler throws. */
  finish(work: () => void | Promise<void>): void
  /**
   * Has `hook` called once when the exchange is over: the response has ended or broken, the handler is done, and nothing is under way upstream
   * (its connection included). Hooks run latest first, like deferred calls.
   */
  onEnd(hook: (exchange: Exchange<C>) => void): void
}
