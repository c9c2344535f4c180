import type { Http2Stream } from 'node:http2'
import type { BodySink, BodySource } from '../body.ts'
import { HeaderList } from '../header-list.ts'
import { listOf } from './fields.ts'

/** Body of one HTTP/2 request: flow control is the stream's, which opens its window as the reader takes bytes. */
export class Http2Body implements BodySource {
  readonly length: number
  readonly #stream: Http2Stream
  #touched = false
  #sink: BodySink | undefined
  #trailers: HeaderList | undefined

  constructor(stream: Http2Stream, length: number) {
    this.#stream = stream
    this.length = length
    if (length !== 0)
      stream.on('trailers', (_fields: unknown, _flags: number, raw?: string[]) => (this.#trailers = listOf(raw ?? flat(_fields))))
  }

  get touched(): boolean {
    return this.#touched
  }

  flowTo(sink: BodySink): void {
    if (this.#touched) throw new Error('the body has a reader already')
    if (this.length === 0) {
      sink.end(undefined)
      return
    }
    this.#touched = true
    this.#sink = sink
    this.#stream.on('data', (bytes: Buffer) => {
      if (this.#sink?.chunk(bytes) === false) this.#stream.pause()
    })
    this.#stream.on('end', () => {
      const ended = this.#sink
      this.#sink = undefined
      // An aborted stream ends its readable side too; only a whole body may pass for one.
      if (this.#stream.aborted) ended?.fail(new Error('the client reset the stream'))
      else ended?.end(this.#trailers)
    })
  }

  resume(): void {
    this.#stream.resume()
  }

  detach(): void {
    this.#sink = undefined
    this.#stream.resume()
  }

  fail(error: Error): void {
    const sink = this.#sink
    this.#sink = undefined
    sink?.fail(error)
  }
}

function flat(fields: unknown): string[] {
  return Object.entries(fields as Record<string, string | string[]>).flatMap(([name, value]) =>
    Array.isArray(value) ? value.flatMap((one) => [name, one]) : [name, value]
  )
}
