import type { HeaderList } from '../header-list.ts'
import type { UpstreamConnection } from '../http1/upstream-connection.ts'
import type { Wire } from '../wire/wire.ts'
import { UpstreamError } from './outcome.ts'
import type { Submission, SubmissionListener, Submitted } from './submission.ts'
import type { UpstreamListener } from './upstream-stream.ts'

/** What a submission needs of its pool. */
export interface SubmissionPool {
  /** Has `submitting.begin` called with a connection, at once when one is kept, or `submitting.fail`. */
  connect(submitting: Submitting, fresh: boolean): void
}

/** One submission on its way; it is sent once more when a kept connection proves to have been closed in the meantime. */
export class Submitting implements UpstreamListener, Submitted {
  readonly address: string
  readonly submission: Submission
  readonly #pool: SubmissionPool
  readonly #listener: SubmissionListener
  #connection: UpstreamConnection | undefined
  #over = false
  #again = false

  constructor(pool: SubmissionPool, address: string, submission: Submission, listener: SubmissionListener) {
    this.#pool = pool
    this.address = address
    this.submission = submission
    this.#listener = listener
  }

  /** Nobody waits for it any more. */
  get over(): boolean {
    return this.#over
  }

  begin(connection: UpstreamConnection): void {
    this.#connection = connection
    connection.sendWhole(this.submission, this)
  }

  abort(): void {
    if (this.#over) return
    this.#over = true
    this.#connection?.abort()
  }

  interim(): void {
    // Nothing waits for a 100, and early hints are for browsers.
  }

  head(status: number, _reason: string, headers: HeaderList, length: number): void {
    if (!this.#over) this.#listener.head(status, headers, length)
  }

  chunk(bytes: Uint8Array): boolean {
    if (!this.#over) this.#listener.chunk(bytes)
    return true
  }

  end(): void {
    if (this.#over) return
    this.#over = true
    this.#listener.end()
  }

  fail(error: UpstreamError): void {
    if (this.#over) return
    const connection = this.#connection
    const stale = connection?.wasKept === true && !connection.hasReceived
    if (stale && !this.#again && this.submission.stale !== 'fail') {
      this.#again = true
      this.#connection = undefined
      this.#pool.connect(this, true)
      return
    }
    this.#over = true
    this.#listener.fail(error)
  }

  switched(_headers: HeaderList, wire: Wire): void {
    wire.destroy()
    this.fail(new UpstreamError('bad-response', this.address, 'unexpected 101 Switching Protocols'))
  }

  drained(): void {
    // The body has been handed over whole.
  }
}
