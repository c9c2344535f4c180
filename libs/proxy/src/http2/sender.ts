import type { HeaderList } from '../header-list.ts'
import type { Wire } from '../wire/wire.ts'
import { ByteQueue } from './byte-queue.ts'
import { defaultWindow, errorCode, frameSize, largest31 } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'
import type { FloodGuard } from './flood-guard.ts'
import type { FrameWriter } from './frame-writer.ts'
import type { FieldEncoder } from './hpack/encoder.ts'
import { encodeTrailers } from './message-encoder.ts'
import { mostQueuedBytes } from './limits.ts'
import type { Http2Stream } from './stream.ts'

/** Sends bodies within the peer's windows (RFC 9113 5.2), and as fast as the wire takes them; what waits leaves a frame a stream in turns. */
export class Sender {
  /** What the peer takes on the whole connection. */
  #window = defaultWindow
  /** What a new stream starts with. */
  #initialWindow = defaultWindow
  readonly #wire: Wire
  readonly #writer: FrameWriter
  readonly #encoder: FieldEncoder
  readonly #guard: FloodGuard
  readonly #ended: (stream: Http2Stream) => void
  #first: Http2Stream | undefined
  #last: Http2Stream | undefined
  /** Bytes that wait on all streams. */
  #queued = 0
  /** Data frames sent so far: while bytes wait and this does not change, the peer stalls. */
  frames = 0

  /** @param ended told when END_STREAM of a stream has been written. */
  constructor(wire: Wire, writer: FrameWriter, encoder: FieldEncoder, guard: FloodGuard, ended: (stream: Http2Stream) => void) {
    this.#wire = wire
    this.#writer = writer
    this.#encoder = encoder
    this.#guard = guard
    this.#ended = ended
  }

  get initialWindow(): number {
    return this.#initialWindow
  }

  get queued(): number {
    return this.#queued
  }

  /** Sends bytes of a body, or has them wait. False: hold back until the user's `writable`. The bytes are the caller's again. */
  send(stream: Http2Stream, bytes: Uint8Array): boolean {
    const { length } = bytes
    let at = 0
    if (stream.waiting === undefined && this.#first === undefined) {
      while (at < length && !this.#wire.congested) {
        const size = Math.min(length - at, frameSize, stream.sendWindow, this.#window)
        if (size <= 0) break
        this.#data(stream, bytes, at, at + size)
        at += size
      }
    }
    if (at < length) {
      stream.waiting ??= new ByteQueue()
      stream.waiting.push(bytes, at, length)
      this.#queued += length - at
      if (this.#queued > mostQueuedBytes) throw new ConnectionFault(errorCode.enhanceYourCalm, 'too many bytes wait for windows')
      // Its own window brings it back; the list is for what the connection holds up.
      if (stream.sendWindow <= 0) return false
    } else if (!this.#wire.congested) return true
    this.#list(stream)
    return false
  }

  #data(stream: Http2Stream, bytes: Uint8Array, from: number, to: number): void {
    this.#writer.data(stream.id, bytes, from, to)
    this.#window -= to - from
    stream.sendWindow -= to - from
    this.frames++
    this.#guard.sent()
  }

  /** Ends the stream behind what waits. */
  end(stream: Http2Stream, trailers: HeaderList | undefined): void {
    stream.ending = true
    stream.trailers = trailers
    if (stream.waiting === undefined) this.#finish(stream)
    // The list is the caller's.
    else stream.trailers = trailers?.clone()
  }

  #finish(stream: Http2Stream): void {
    const { trailers } = stream
    stream.sentEnd = true
    if (trailers !== undefined && encodeTrailers(this.#encoder, trailers)) this.#writer.headers(stream.id, true)
    else this.#writer.end(stream.id)
    this.#ended(stream)
  }

  /** The stream is over: what waits on it is dropped. */
  drop(stream: Http2Stream): void {
    if (stream.waiting !== undefined) this.#queued -= stream.waiting.size
    stream.waiting = undefined
  }

  /** Lets what waits go, as far as windows and wire allow, and calls for more. */
  pump(): void {
    for (;;) {
      const stream = this.#first
      if (stream === undefined || this.#wire.congested) return
      if (stream.waiting !== undefined && this.#window <= 0) return
      this.#first = stream.next
      if (this.#first === undefined) this.#last = undefined
      stream.next = undefined
      stream.listed = false
      if (!stream.broken) this.#turn(stream)
    }
  }

  /** One stream's turn: a frame of what waits. */
  #turn(stream: Http2Stream): void {
    const { waiting } = stream
    if (waiting !== undefined) {
      // Its own window will bring it back.
      if (stream.sendWindow <= 0) return
      const bytes = waiting.peek(Math.min(frameSize, stream.sendWindow, this.#window))
      this.#data(stream, bytes, 0, bytes.length)
      waiting.drop(bytes.length)
      this.#queued -= bytes.length
      if (waiting.size > 0) {
        this.#list(stream)
        return
      }
      stream.waiting = undefined
      if (stream.ending) {
        this.#finish(stream)
        return
      }
    }
    if (!stream.ending) stream.user.writable()
  }

  #list(stream: Http2Stream): void {
    if (stream.listed) return
    stream.listed = true
    if (this.#last === undefined) this.#first = stream
    else this.#last.next = stream
    this.#last = stream
  }

  /** WINDOW_UPDATE of the connection. */
  openConnection(increment: number): void {
    this.#window += increment
    if (this.#window > largest31)
      throw new ConnectionFault(errorCode.flowControl, 'the window of the connection is too large (RFC 9113 6.9.1)')
    if (this.#first !== undefined) this.pump()
  }

  /** WINDOW_UPDATE of a stream. False: its window is too large. */
  openStream(stream: Http2Stream, increment: number): boolean {
    stream.sendWindow += increment
    if (stream.sendWindow > largest31) return false
    if (stream.waiting !== undefined && stream.sendWindow > 0) {
      this.#list(stream)
      this.pump()
    }
    return true
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE changes the windows of all open streams by the difference (RFC 9113 6.9.2). */
  resizeWindows(size: number, streams: Iterable<Http2Stream>): void {
    const change = size - this.#initialWindow
    this.#initialWindow = size
    for (const stream of streams) {
      stream.sendWindow += change
      if (stream.sendWindow > largest31)
        throw new ConnectionFault(errorCode.flowControl, 'a setting makes a window too large (RFC 9113 6.9.2)')
      if (stream.waiting !== undefined && stream.sendWindow > 0) this.#list(stream)
    }
    this.pump()
  }
}
