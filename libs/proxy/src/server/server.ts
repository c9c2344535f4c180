import type { TlsOptions } from 'node:tls'
import type { Exchange } from './exchange.ts'
import type { Handler } from './pipeline.ts'

/** Bounds of one server. Over a head bound: 400 (see `oversized`) and close. Over `connections`: the new connection is closed at once. */
export interface ServerLimits {
  /** Bytes of a request head, and of the trailers of a chunked body. */
  readonly headBytes: number
  /** Header fields of a request. */
  readonly headerCount: number
  /** Open connections. */
  readonly connections: number
  /** Streams that one HTTP/2 connection may have open. */
  readonly streams: number
  /** Status of an HTTP/1 head over its bounds (default 400): 431 is Go's, for those who must answer as a server written in it. */
  readonly oversized?: 400 | 431
}

/** Times of one server in milliseconds, kept by one coarse sweeper (so up to a fifth late, at least 50 ms); 0 means no limit. */
export interface ServerTimes {
  /** From the first byte of a head (or the accept) to its end; then the connection is closed (after the first byte with 408). */
  readonly headMs: number
  /** Between two requests on a connection. */
  readonly idleMs: number
  /** A request body that is wanted and sends nothing. */
  readonly bodyMs: number
  /** How long a connection that was told to go may still send before it is reset (lingering close); `headMs` while its last answer is not read yet. */
  readonly lingerMs: number
}

/**
 * Told of each answer of 500 and above that a handler gave itself (what an upstream answered is not its own), and of each handler that threw: `reason` is the
 * answer's text, or the error. Must not throw.
 */
export type FailureListener = (exchange: Exchange, status: number, reason: string | Error) => void

/** What answers requests, and what a client may ask of the server. */
export interface ServerOptions {
  readonly handler: Handler
  readonly onFailure?: FailureListener
  readonly limits?: Partial<ServerLimits>
  readonly times?: Partial<ServerTimes>
  /**
   * A client that ends its side while its request is under way: `abort` takes it for gone, as Go's net/http does (the default);
   * `serve` answers it.
   */
  readonly halfClose?: 'abort' | 'serve'
  /** False: reads of accepted connections are taken by `data` events alone, which is all that Node documents. Slower; for comparison. */
  readonly sharedReads?: boolean
  /** Clients may bring many connections over one (ADR 0043); without TLS alone. For a server that only roles of ours ask. */
  readonly trunks?: boolean
  /** Serve TLS with these options of node:tls; ALPN offers h2 and http/1.1 unless they say otherwise. */
  readonly tls?: TlsOptions
}

/** Where to listen: an address (port 0 picks one; host defaults to all addresses), or a listening socket that was inherited. */
export type ListenTarget = { readonly port: number; readonly host?: string; readonly backlog?: number } | { readonly fd: number }

/** Where a server listens; the port is the one that it was given when 0 was asked for. */
export interface ListenAddress {
  readonly address: string
  readonly port: number
}

/** What a server has open. */
export interface ServerCounts {
  /** Open connections now. */
  readonly connections: number
  /** Exchanges whose handler has not returned, upgraded ones included. */
  readonly active: number
  /** Of those, upgraded connections. */
  readonly tunnels: number
  /** Exchanges begun since the start. */
  readonly requests: number
  /** Messages refused by the parser since the start. */
  readonly refused: number
}

/** How long a drain takes, in milliseconds. */
export interface DrainOptions {
  /** After this many milliseconds what is left is cut. */
  readonly deadlineMs: number
  /** An idle connection may bring one more request for this long before it is closed (default 500); its answer says `Connection: close`. */
  readonly idleMs?: number
}

/** HTTP/1.1 and HTTP/2 with prior knowledge on one socket. */
export interface Server {
  /** Rejects with the system's error (EADDRINUSE...). A server listens once. */
  listen(target: ListenTarget): Promise<ListenAddress>
  /**
   * Goes on accepting, but tells clients to come by another connection: the next answer of each says `Connection: close`, sessions of HTTP/2 that are open
   * get a GOAWAY. For a server that others still route to, though another one is there already.
   */
  leave(): void
  /** Stops accepting, lets each connection finish what it has begun, and resolves when none is left: `cut` counts those that the deadline ended. */
  drain(options: DrainOptions): Promise<{ readonly cut: number }>
  /** Stops accepting and breaks every connection. */
  close(): Promise<void>
  /** New TLS handshakes use these certificates; open connections stay. Throws when the server was made without `tls`. */
  replaceCertificates(options: TlsOptions): void
  readonly counts: ServerCounts
}
