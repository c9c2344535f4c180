/** How far an upstream got before it failed. */
export type UpstreamPhase =
  /** No connection, or one that did not take the request: the upstream has not acted on it. */
  | 'connect'
  /** Connected, and the request may have been seen, but no response head came. Nothing has been sent to the client. */
  | 'before-head'
  /** The head has gone to the client: the response was broken off so that the client notices. */
  | 'mid-body'

/**
 * How forwarding ended. Only `upstream-failed` in the phases `connect` and `before-head` leaves the client unanswered: the caller answers
 * (`badGateway`) or forwards to another address.
 */
export type Outcome =
  /** The whole response went to the client (101: the tunnel has closed). */
  | { readonly kind: 'completed'; readonly status: number }
  /** The client left, broke its own framing, or was answered or cut off by the role meanwhile; the upstream request was aborted. */
  | { readonly kind: 'client-gone' }
  /** `Exchange.expire` ended it; the client has its answer. */
  | { readonly kind: 'expired' }
  | {
      readonly kind: 'upstream-failed'
      readonly phase: UpstreamPhase
      readonly error: UpstreamError
      /** True when the same exchange may be forwarded again: by the retry rule of the options, and the request body is still whole. */
      readonly retriable: boolean
    }

/** Closed list of what goes wrong with an upstream. */
export type UpstreamErrorCode =
  | 'refused'
  | 'unreachable'
  | 'connect-timeout'
  | 'closed'
  | 'reset'
  | 'bad-response'
  | 'stream-reset'
  /** No TLS: a certificate that is not trusted or of another name, or none at all. Nothing was sent. */
  | 'handshake'

/** `message` is the text that Go's net/http would give (`dial tcp 10.0.0.1:8080: connect: connection refused`); it becomes the 502 body. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly code: UpstreamErrorCode
  readonly address: string
  /** The upstream has not acted on the request (HTTP/2: a refused stream, or one behind its GOAWAY): it may be sent again, whatever its method. */
  readonly unsent: boolean

  constructor(code: UpstreamErrorCode, address: string, message: string, unsent = false) {
    super(message)
    this.code = code
    this.address = address
    this.unsent = unsent
  }
}
