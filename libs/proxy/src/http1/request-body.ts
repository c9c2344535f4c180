import type { BodySink, BodySource } from '../body.ts'
import type { HeaderList } from '../header-list.ts'

/** How the body asks its connection for bytes. */
export interface BodyFeed {
  pauseBody(): void
  resumeBody(): void
  /** A reader wants the body for the first time: the moment to say 100 Continue. */
  bodyWanted(): void
}

/** Bytes kept while nobody reads, so that a client that leaves is still noticed. */
const heldBytes = 64 * 1024

/** Body of one HTTP/1 request, filled by its connection. */
export class RequestBody implements BodySource {
  readonly length: number
  readonly #feed: BodyFeed
  #held: Buffer[] | undefined
  #heldSize = 0
  #sink: BodySink | undefined
  #detached = false
  #end: { readonly trailers: HeaderList | undefined } | undefined
  #failure: Error | undefined
  #touched = false

  constructor(length: number, feed: BodyFeed) {
    this.length = length
    this.#feed = feed
    if (length === 0) this.#end = { trailers: undefined }
  }

  get touched(): boolean {
    return this.#touched
  }

  /** True when bytes are expected and somebody waits for them. */
  get wanted(): boolean {
    return this.#sink !== undefined && this.#end === undefined
  }

  /** True when the client began to send without waiting for 100 Continue. */
  get arrived(): boolean {
    return this.#heldSize > 0 || this.#end !== undefined
  }

  flowTo(sink: BodySink): void {
    if (this.#touched) throw new Error('the body has a reader already')
    this.#sink = sink
    if (this.length !== 0) {
      this.#touched = true
      this.#feed.bodyWanted()
    }
    const held = this.#held
    this.#held = undefined
    this.#heldSize = 0
    let more = true
    if (held !== undefined) for (const bytes of held) more = sink.chunk(bytes) && more
    if (this.#end !== undefined) sink.end(this.#end.trailers)
    else if (this.#failure !== undefined) sink.fail(this.#failure)
    else if (more) this.#feed.resumeBody()
    else this.#feed.pauseBody()
  }

  resume(): void {
    if (!this.#detached) this.#feed.resumeBody()
  }

  detach(): void {
    this.#detached = true
    this.#sink = undefined
    this.#held = undefined
  }

  /** The exchange has been answered before the body was over: whoever waits for the rest is told that it will not come. */
  abandon(): void {
    this.fail(new Error('the request has been answered before its body was read'))
    this.detach()
  }

  push(bytes: Buffer): void {
    if (this.#detached) return
    if (this.#sink !== undefined) {
      if (!this.#sink.chunk(bytes)) this.#feed.pauseBody()
      return
    }
    // The bytes are gone after this call.
    this.#held ??= []
    this.#held.push(Buffer.from(bytes))
    this.#heldSize += bytes.length
    if (this.#heldSize >= heldBytes) this.#feed.pauseBody()
  }

  finish(trailers: HeaderList | undefined): void {
    this.#end = { trailers }
    this.#sink?.end(trailers)
  }

  fail(error: Error): void {
    if (this.#end !== undefined || this.#failure !== undefined) return
    this.#failure = error
    this.#sink?.fail(error)
  }
}
