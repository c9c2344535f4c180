import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2'
import { HeaderList } from '../header-list.ts'
import { UpstreamError } from '../outcome.ts'
import type { UpstreamListener, UpstreamStream } from '../upstream-stream.ts'
import { http2Fields } from './fields.ts'

/** One request stream of a session to an upstream. */
export class Http2UpstreamStream implements UpstreamStream {
  readonly #stream: ClientHttp2Stream
  readonly #address: string
  #listener: UpstreamListener | undefined
  #trailersToSend = {}
  #trailers: HeaderList | undefined
  #answered = false

  constructor(stream: ClientHttp2Stream, address: string, listener: UpstreamListener) {
    this.#stream = stream
    this.#address = address
    this.#listener = listener
    stream.on('headers', (fields: IncomingHttpHeaders) => {
      const { list, status } = received(fields)
      this.#listener?.interim(status, list)
    })
    stream.on('response', (fields: IncomingHttpHeaders, flags: number) => this.#head(fields, flags))
    stream.on('trailers', (fields: IncomingHttpHeaders) => {
      this.#trailers = received(fields).list
    })
    stream.on('data', (bytes: Buffer) => {
      if (this.#listener?.chunk(bytes) === false) stream.pause()
    })
    stream.on('end', () => {
      if (this.#answered && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR) this.#finish()
    })
    stream.on('drain', () => this.#listener?.drained())
    stream.on('wantTrailers', () => stream.sendTrailers(this.#trailersToSend))
    stream.on('error', (error) => this.#failed(error))
    stream.on('close', () => this.#failed(undefined))
  }

  chunk(bytes: Uint8Array): boolean {
    return this.#stream.destroyed || this.#stream.writableEnded || this.#stream.write(bytes)
  }

  end(trailers: HeaderList | undefined): void {
    if (trailers !== undefined) this.#trailersToSend = http2Fields(trailers)
    if (!this.#stream.destroyed && !this.#stream.writableEnded) this.#stream.end()
  }

  fail(): void {
    this.abort()
  }

  resume(): void {
    this.#stream.resume()
  }

  abort(): void {
    this.#listener = undefined
    this.#stream.close(constants.NGHTTP2_CANCEL)
  }

  #head(fields: IncomingHttpHeaders, flags: number): void {
    const { list, status } = received(fields)
    const ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0
    this.#answered = true
    // An empty body may have trailers: only the end of the stream says that nothing follows.
    if (!ended && list.get('Content-Length') === '0') list.remove('Content-Length')
    const announced = list.get('Content-Length')
    this.#listener?.head(status, '', list, ended ? 0 : announced === undefined ? -1 : Number(announced))
  }

  #finish(): void {
    const listener = this.#listener
    this.#listener = undefined
    listener?.end(this.#trailers)
    // An answer that came before the request was sent whole needs no more of it.
    if (!this.#stream.writableEnded) this.#stream.close(constants.NGHTTP2_NO_ERROR)
  }

  #failed(error: NodeJS.ErrnoException | undefined): void {
    const listener = this.#listener
    this.#listener = undefined
    const code = this.#stream.rstCode
    const text = error?.message ?? `stream error: stream ID ${this.#stream.id ?? 0}; code ${code ?? 0}; received from peer`
    listener?.fail(new UpstreamError('stream-reset', this.#address, text))
  }
}

function received(fields: IncomingHttpHeaders): { readonly list: HeaderList; readonly status: number } {
  const list = new HeaderList()
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith(':') || value === undefined) continue
    if (Array.isArray(value)) for (const one of value) list.append(name, one)
    else list.append(name, String(value))
  }
  return { list, status: Number(fields[':status'] ?? 0) }
}
