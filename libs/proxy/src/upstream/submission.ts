import type { HeaderList } from '../header-list.ts'
import type { UpstreamError } from './outcome.ts'
import type { ConnectTimes } from './upstreams.ts'

/** A request of the role itself on its data path: whole, with its body, over HTTP/1.1. */
export interface Submission {
  readonly method: string
  /** Path and query. Like `host` it must be free of white space and line ends, as what `URL` gives is. */
  readonly target: string
  readonly host: string
  /** Lines that `fieldLine` made, one behind the other; without Host and Content-Length. */
  readonly fields: string
  /** More of these: what many submissions have in common need not be put behind the others of each. */
  readonly tail?: string
  readonly body: Uint8Array | undefined
  /** The pool's when absent. */
  readonly connect?: ConnectTimes
  /**
   * What is done about a kept connection that the other side has closed: `again` (the default) sends once more on a fresh one, unasked;
   * `fail` leaves that to the caller, who counts what is sent; `fresh` uses no kept connection.
   */
  readonly stale?: 'again' | 'fail' | 'fresh'
}

/** Hears the answer to a submission. After `end` or `fail` nothing comes, and nothing after `abort`. */
export interface SubmissionListener {
  /** The list is valid only during the call. `length` in bytes; -1 when unknown. */
  head(status: number, headers: HeaderList, length: number): void
  /** Valid only during the call: what is kept is copied. */
  chunk(bytes: Uint8Array): void
  end(): void
  fail(error: UpstreamError): void
}

/** A submission that is under way. */
export interface Submitted {
  /** Gives it up: the connection is closed, the listener hears nothing more. */
  abort(): void
}

// oxlint-disable-next-line no-control-regex
const forbidden = /[\r\n\0\u0100-\uffff]/

/** One field of a head as it is sent. Throws a TypeError on a value with CR, LF, NUL or what is no single byte. */
export function fieldLine(name: string, value: string): string {
  if (forbidden.test(value)) throw new TypeError(`header ${name}: value must not contain CR, LF, NUL or characters beyond U+00FF`)
  return `${name}: ${value}\r\n`
}
