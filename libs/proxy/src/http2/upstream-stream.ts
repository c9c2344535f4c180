import type { HeaderList } from '../header-list.ts'
import { UpstreamError, type UpstreamErrorCode } from '../upstream/outcome.ts'
import type { UpstreamListener, UpstreamStream } from '../upstream/upstream-stream.ts'
import { errorCode } from './codes.ts'
import type { Http2Stream, StreamBreak, StreamUser } from './stream.ts'

/** What a request needs of its connection. */
export interface RequestSender {
  readonly address: string
  send(stream: Http2Stream, bytes: Uint8Array): boolean
  end(stream: Http2Stream, trailers: HeaderList | undefined): void
  cancel(stream: Http2Stream, code: number): void
}

/** One request on a connection to an upstream. */
export class Http2UpstreamStream implements UpstreamStream, StreamUser {
  /** The response to HEAD announces the length of a body that does not come. */
  readonly isHead: boolean
  /** The final head has come. */
  answered = false
  interims = 0
  readonly #session: RequestSender
  readonly #stream: Http2Stream
  #listener: UpstreamListener | undefined

  constructor(session: RequestSender, stream: Http2Stream, listener: UpstreamListener, isHead: boolean) {
    this.#session = session
    this.#stream = stream
    this.#listener = listener
    this.isHead = isHead
    stream.user = this
    stream.resume()
  }

  // ---- the request

  chunk(bytes: Uint8Array): boolean {
    return this.#session.send(this.#stream, bytes)
  }

  end(trailers: HeaderList | undefined): void {
    this.#session.end(this.#stream, trailers)
  }

  fail(): void {
    this.abort()
  }

  abort(left?: () => void): void {
    this.#listener = undefined
    this.#session.cancel(this.#stream, errorCode.cancel)
    // What follows on this connection comes behind the reset.
    left?.()
  }

  resume(): void {
    this.#stream.resume()
  }

  // ---- the response

  interim(status: number, headers: HeaderList): void {
    this.#listener?.interim(status, headers)
  }

  head(status: number, headers: HeaderList, length: number): void {
    this.answered = true
    this.#listener?.head(status, '', headers, length)
  }

  data(bytes: Buffer): boolean {
    return this.#listener === undefined || this.#listener.chunk(bytes)
  }

  dataEnd(trailers: HeaderList | undefined): void {
    const listener = this.#listener
    this.#listener = undefined
    listener?.end(trailers)
    // An answer that came before the request was sent whole needs no more of it.
    if (!this.#stream.sentEnd) this.#session.cancel(this.#stream, errorCode.none)
  }

  broken(why: StreamBreak): void {
    const listener = this.#listener
    this.#listener = undefined
    listener?.fail(new UpstreamError(errorCodeOf(why), this.#session.address, why.text, why.unsent))
  }

  writable(): void {
    this.#listener?.drained()
  }
}

function errorCodeOf({ by, code, unsent }: StreamBreak): UpstreamErrorCode {
  if (unsent) return 'closed'
  if (by === 'peer') return 'stream-reset'
  if (by === 'here') return 'bad-response'
  return code === errorCode.none || code === errorCode.cancel ? 'closed' : 'bad-response'
}
