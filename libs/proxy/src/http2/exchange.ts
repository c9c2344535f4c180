import { constants, type ServerHttp2Stream } from 'node:http2'
import type { InboundRequest } from '../exchange.ts'
import type { HeaderList } from '../header-list.ts'
import { ServerExchange, type Switched } from '../server-exchange.ts'
import { http2Fields } from './fields.ts'

/** One stream of a client's HTTP/2 connection. */
export class Http2Exchange extends ServerExchange {
  override readonly request: InboundRequest
  readonly #stream: ServerHttp2Stream
  #announced = false

  constructor(stream: ServerHttp2Stream, request: InboundRequest) {
    super()
    this.#stream = stream
    this.request = request
    stream.on('drain', () => this.responder?.writable())
  }

  override sendInterim(status: number, headers: HeaderList): void {
    if (this.record.started || !this.#open) return
    this.#stream.additionalHeaders({ ':status': status, ...http2Fields(headers) })
  }

  override sendHead(status: number, _reason: string, headers: HeaderList, length: number): void {
    const { record, request } = this
    record.started = true
    record.status = status
    record.lastWriteAt = performance.now()
    if (!this.#open) return
    const fields = http2Fields(headers)
    // Nothing will follow a length of 0. The head then ends the stream: a gRPC error without messages is read from such a head alone.
    const bodiless = length === 0 || request.method === 'HEAD' || status === 204 || status === 304
    this.#announced = length > 0 && !bodiless
    if (bodiless) {
      this.#stream.respond({ ':status': status, ...fields }, { endStream: true })
      return
    }
    if (length > 0 && fields['content-length'] === undefined) fields['content-length'] = String(length)
    // Always with trailers (none send an empty frame): without them node:http2 would mark the end of a stream that is being reset,
    // and the client would take a broken response for a complete one.
    this.#stream.respond({ ':status': status, ...fields }, { waitForTrailers: true })
    this.#stream.once('wantTrailers', () => {
      if (!this.#broken) this.#stream.sendTrailers(this.#trailers)
    })
  }

  #broken = false
  #trailers = {}

  override sendChunk(bytes: Uint8Array): boolean {
    const { record } = this
    if (record.ended || !this.#open || this.#stream.writableEnded || bytes.length === 0) return true
    record.bytes += bytes.length
    record.lastWriteAt = performance.now()
    return this.#stream.write(bytes)
  }

  override sendEnd(trailers: HeaderList | undefined): void {
    if (this.record.ended) return
    this.record.ended = true
    if (trailers !== undefined) this.#trailers = http2Fields(trailers)
    if (this.#open && !this.#stream.writableEnded) this.#stream.end()
    this.request.body.detach()
  }

  override cut(message: Uint8Array): void {
    if (this.record.ended) return
    if (this.#announced) {
      this.breakOff()
      return
    }
    this.sendChunk(message)
    this.sendEnd(undefined)
  }

  override breakOff(): void {
    this.record.ended = true
    this.#broken = true
    if (this.#open) this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  }

  override switchProtocols(): Switched | undefined {
    return undefined
  }

  override tunnelClosed(): void {
    // never a tunnel
  }

  override cork(): void {
    // node:http2 gathers the frames of one turn by itself
  }

  override uncork(): void {
    // see cork
  }

  get #open(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed
  }
}
