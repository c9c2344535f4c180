import { HeaderList } from '../header-list.ts'
import { ServerExchange, type Switched } from '../server/server-exchange.ts'
import { turnTime } from '../wire/turn.ts'
import { errorCode } from './codes.ts'
import { Http2Body } from './request-body.ts'
import type { Http2Request } from './request.ts'
import type { Http2Stream, StreamBreak, StreamUser } from './stream.ts'

/** What an exchange needs of its connection. */
export interface ResponseSender {
  sendHead(stream: Http2Stream, status: number, headers: HeaderList, endStream: boolean): void
  send(stream: Http2Stream, bytes: Uint8Array): boolean
  end(stream: Http2Stream, trailers: HeaderList | undefined): void
  cancel(stream: Http2Stream, code: number): void
}

/** One stream of a client's connection. */
export class Http2Exchange extends ServerExchange implements StreamUser {
  override readonly request: Http2Request
  readonly body: Http2Body
  readonly #session: ResponseSender
  readonly #stream: Http2Stream
  /** Bytes of the announced length that are still owed; -1 when none was announced. */
  #owed = -1
  #bodiless = false
  #continued = false

  constructor(session: ResponseSender, stream: Http2Stream, request: Http2Request, length: number, expectsContinue: boolean) {
    super()
    this.#session = session
    this.#stream = stream
    this.request = request
    this.body = new Http2Body(stream, length, expectsContinue ? this.#sayContinue : undefined)
    request.body = this.body
    stream.user = this
  }

  // ---- from the client

  data(bytes: Buffer): boolean {
    return this.body.chunk(bytes)
  }

  dataEnd(trailers: HeaderList | undefined): void {
    this.body.end(trailers)
  }

  broken(why: StreamBreak): void {
    // The exchange first: then the reader of the body knows that it is over, and why.
    this.abort('client-gone')
    this.body.fail(new Error(why.text))
  }

  writable(): void {
    this.responder?.writable()
  }

  // ---- to the client

  readonly #sayContinue = (): void => {
    if (this.#continued || this.record.started || this.aborted !== undefined) return
    this.sendInterim(100, new HeaderList())
  }

  override sendInterim(status: number, headers: HeaderList): void {
    if (this.record.started || this.aborted !== undefined) return
    if (status === 100) {
      if (this.#continued) return
      this.#continued = true
    }
    this.#session.sendHead(this.#stream, status, headers, false)
  }

  override sendHead(status: number, _reason: string, headers: HeaderList, length: number): void {
    const { record, request } = this
    record.started = true
    record.status = status
    record.lastWriteAt = turnTime()
    if (status === 204) headers.remove('Content-Length')
    // Nothing will follow a length of 0. The head then ends the stream: a gRPC error without messages is read from such a head alone.
    this.#bodiless = length === 0 || request.method === 'HEAD' || status === 204 || status === 304
    if (!this.#bodiless && length > 0) {
      this.#owed = length
      if (!headers.has('Content-Length')) headers.append('content-length', String(length))
    }
    this.#session.sendHead(this.#stream, status, headers, this.#bodiless)
  }

  override sendChunk(bytes: Uint8Array): boolean {
    const { record } = this
    if (this.#bodiless || record.ended || bytes.length === 0) return true
    record.bytes += bytes.length
    record.lastWriteAt = turnTime()
    if (this.#owed >= 0) this.#owed -= bytes.length
    return this.#session.send(this.#stream, bytes)
  }

  override sendEnd(trailers: HeaderList | undefined): void {
    if (this.record.ended) return
    if (this.#owed > 0) {
      this.breakOff()
      return
    }
    this.record.ended = true
    if (!this.#bodiless) this.#session.end(this.#stream, trailers)
  }

  override cut(message: Uint8Array): void {
    if (this.record.ended) return
    if (this.#owed >= 0) {
      this.breakOff()
      return
    }
    this.sendChunk(message)
    this.sendEnd(undefined)
  }

  override breakOff(): void {
    this.record.ended = true
    this.#session.cancel(this.#stream, errorCode.internal)
  }

  override switchProtocols(): Switched | undefined {
    return undefined
  }

  override tunnelClosed(): void {
    // never a tunnel
  }
}
