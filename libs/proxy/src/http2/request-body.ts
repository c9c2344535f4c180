import type { BodySink, BodySource } from '../body.ts'
import type { HeaderList } from '../header-list.ts'
import type { Http2Stream } from './stream.ts'

/** Body of one HTTP/2 request. Flow control is the stream's, whose window is opened as the reader takes bytes. */
export class Http2Body implements BodySource {
  readonly length: number
  readonly #stream: Http2Stream
  #wanted: (() => void) | undefined
  #touched = false
  #sink: BodySink | undefined
  #failure: Error | undefined

  /** @param wanted called when a reader comes, before anything of the body was seen: the moment to say 100 Continue. */
  constructor(stream: Http2Stream, length: number, wanted: (() => void) | undefined) {
    this.#stream = stream
    this.length = length
    this.#wanted = wanted
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
    if (this.#failure !== undefined) {
      sink.fail(this.#failure)
      return
    }
    this.#sink = sink
    if (!this.#stream.begun) this.#wanted?.()
    this.#wanted = undefined
    this.#stream.resume()
  }

  resume(): void {
    if (this.#sink !== undefined) this.#stream.resume()
  }

  detach(): void {
    this.#sink = undefined
    this.#stream.discard()
  }

  /** True while a reader waits for bytes. */
  get wanted(): boolean {
    return this.#sink !== undefined && this.#stream.wanted
  }

  chunk(bytes: Buffer): boolean {
    return this.#sink === undefined || this.#sink.chunk(bytes)
  }

  end(trailers: HeaderList | undefined): void {
    const sink = this.#sink
    this.#sink = undefined
    sink?.end(trailers)
  }

  fail(error: Error): void {
    this.#failure = error
    const sink = this.#sink
    this.#sink = undefined
    sink?.fail(error)
  }
}
