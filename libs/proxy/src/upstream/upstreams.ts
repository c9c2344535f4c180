import { FieldName } from '../http1/field-name.ts'
import type { Exchange } from '../server/exchange.ts'
import type { HeaderFields, HeaderList } from '../header-list.ts'
import type { Outcome } from './outcome.ts'
import type { Submission, SubmissionListener, Submitted } from './submission.ts'

/** Changes to the forwarded head, compiled once with `headerEdits`; the request's own list stays as it is. */
export interface HeaderEdits {
  readonly set: readonly (readonly [name: string, lower: string, value: string])[]
  /** Lower-case names. */
  readonly remove: ReadonlySet<string>
  /** Lower-case names of all fields that are removed or set. */
  readonly names: ReadonlySet<string>
  /** Their hashes, as received heads have them. */
  readonly hashes: ReadonlySet<number>
}

/** Compiles edits: `remove` first, then each field of `set` replaces all of its name. */
export function headerEdits(edits: { readonly set?: HeaderFields; readonly remove?: readonly string[] }): HeaderEdits {
  const set = Object.entries(edits.set ?? {}).map(([name, value]) => [name, name.toLowerCase(), value] as const)
  const remove = new Set((edits.remove ?? []).map((name) => name.toLowerCase()))
  const names = new Set([...remove, ...set.map(([, lower]) => lower)])
  return { set, remove, names, hashes: new Set([...names].map((name) => FieldName.of(name).hash)) }
}

/** What the upstream speaks; over TLS it must agree to it (ALPN). An exchange of any version can go to either. */
export type UpstreamProtocol = 'h1' | 'h2c'

/** Dialling: the first attempt has `timeoutMs`, each later one `factor` times more; only a timeout is tried again. */
export interface ConnectTimes {
  readonly timeoutMs: number
  readonly attempts: number
  readonly factor: number
}

/** How one request is sent on. */
export interface ForwardOptions {
  /** Host (`:authority`) of the outgoing request; the request's own when absent. */
  readonly host?: string
  readonly edits?: HeaderEdits
  /** Default `h1`. */
  readonly protocol?: UpstreamProtocol
  /**
   * When a failed request may be sent again, by the pool on a fresh connection when a kept one proved stale, and by the caller when the outcome
   * says `retriable`. `unsent` (the default): only if no byte of it was written. `unsent-or-idempotent`: also a GET, HEAD, OPTIONS, TRACE, PUT or DELETE
   * without a body that was used up, and without a response byte.
   */
  readonly retry?: 'unsent' | 'unsent-or-idempotent'
  /** The pool's when absent. */
  readonly connect?: ConnectTimes
  /** Called when the final response head has arrived and before it goes to the client; may edit the fields. */
  readonly onResponse?: (status: number, headers: HeaderList) => void
}

/**
 * What a role does with an outcome: answers where the client has none yet, sends the exchange again, or nothing. The exchange is not over before it
 * has returned, and what it returned is resolved. One that throws or rejects counts as a handler that does.
 */
export type Settled = (outcome: Outcome, exchange: Exchange) => void | Promise<void>

/** A request of the role itself, such as a probe, over the pool's connections. */
export interface OwnRequest {
  /** Default GET. */
  readonly method?: string
  readonly target: string
  readonly host?: string
  readonly headers?: HeaderFields
  /** Sent with a length; none when absent. */
  readonly body?: Uint8Array
  readonly protocol?: UpstreamProtocol
  /** Whole request, connecting included, in milliseconds. */
  readonly timeoutMs: number
  /** True: a connection of its own that is closed afterwards. */
  readonly fresh?: boolean
}

/** Body at most 64 KiB; a longer one fails as `bad-response`. */
export interface OwnResponse {
  readonly status: number
  readonly headers: HeaderList
  readonly body: Buffer
  readonly trailers: HeaderList | undefined
}

/** Connections that are kept without work. */
export interface IdleLimits {
  readonly idlePerAddress: number
  readonly idleTotal: number
}

/** How many connections are kept, for how long, and how they are made. */
export interface PoolOptions {
  /** Connections kept without work per address (default 100). */
  readonly idlePerAddress?: number
  /** Connections kept without work in all (default 1000). */
  readonly idleTotal?: number
  /** A kept connection is closed after this many milliseconds without work (default 90 000). */
  readonly idleMs?: number
  /** Default: one attempt of 30 s. */
  readonly connect?: ConnectTimes
  /** How long a request with `Expect: 100-continue` waits for the upstream before its body is asked for anyway (default 1000 ms). */
  readonly expectMs?: number
  /** Bytes of a response head (default 64 KiB). */
  readonly headBytes?: number
  /** Short requests go over one connection where many are under way to an upstream that takes trunks (ADR 0043). */
  readonly trunks?: boolean
  /**
   * PEM of the authorities that certificates of upstreams are verified against; asked for with each new connection over TLS, those that are open stay. Empty,
   * and the default: none is trusted.
   */
  readonly authorities?: () => string
}

/** The connections of a pool. */
export interface PoolCounts {
  readonly idle: number
  readonly busy: number
  /** Connections opened since the start. */
  readonly opened: number
  /** Connections opened over TLS since the start, of HTTP/1.1 and HTTP/2. */
  readonly secured: number
}

/** The connections of a role to its upstreams. Kept ones are used last in, first out. Addresses are `ip:port` (`[v6]:port`), or made by `securedAddress`. */
export interface UpstreamPool {
  /** Sends the exchange upstream and the response back, streaming both ways. Resolves when it is over; rejects only on a bug. */
  forward(exchange: Exchange, address: string, options?: ForwardOptions): Promise<Outcome>
  /**
   * `forward` without a promise: calls `settled` once, before this returns if the exchange is aborted already.
   */
  send(exchange: Exchange, address: string, options: ForwardOptions, settled: Settled): void
  /**
   * Sends a request of the role's own data path, without a promise or a timer for it. A kept connection that proves to have been closed is made up for by
   * sending it once more, whatever the method: whoever submits must be able to bear that it arrives twice.
   */
  submit(address: string, submission: Submission, listener: SubmissionListener): Submitted
  /** Rejects with an UpstreamError. */
  request(address: string, request: OwnRequest): Promise<OwnResponse>
  /** The address is gone: kept connections close now, busy ones after their response. It may be used again later. */
  drop(address: string): void
  /** Changes how many connections are kept without work; those that are too many now are closed, the longest idle first. */
  keepIdle(limits: IdleLimits): void
  /** Closes kept connections now and busy ones after their response. */
  close(): void
  readonly counts: PoolCounts
}
