import { errorCode, errorName, flag } from './codes.ts'
import { Http2Connection, type ConnectionOptions } from './connection.ts'
import { ConnectionFault } from './connection-fault.ts'
import { ConnectionWindow } from './connection-window.ts'
import { FieldDecoder } from './hpack/decoder.ts'
import { headerTableSize, rememberedClosed, rememberedResets } from './limits.ts'
import { Sender } from './sender.ts'
import type { Wire } from '../wire/wire.ts'
import type { Http2Stream, StreamBreak, StreamHost } from './stream.ts'
import { StreamMemory } from './stream-memory.ts'
import { StreamTable } from './stream-table.ts'

/** The streams of a connection, as servers and clients have them in common (RFC 9113 5, 6, 8.1). */
export abstract class Http2Session extends Http2Connection implements StreamHost {
  slot = -1
  readonly streams = new StreamTable()
  protected readonly decoder: FieldDecoder
  protected readonly sender: Sender
  protected readonly window: ConnectionWindow
  /** Streams that were reset here: frames that were under way to them are nobody's fault (RFC 9113 5.1). */
  protected readonly resets = new StreamMemory(rememberedResets)
  protected readonly completed = new StreamMemory(rememberedClosed)

  constructor(wire: Wire, options: ConnectionOptions) {
    super(wire, options)
    this.decoder = new FieldDecoder(options.limits, headerTableSize)
    this.sender = new Sender(wire, this.writer, this.encoder, this.guard, (stream) => this.sentEnd(stream))
    this.window = new ConnectionWindow(this.writer, options.connectionWindow)
  }

  // ---- what the roles do

  /** A whole header block for a stream that is not open; its fields are in FieldDecoder. */
  protected abstract headersOfNew(id: number, endStream: boolean): void
  /** A whole header block for an open stream. */
  protected abstract headersOf(stream: Http2Stream, endStream: boolean): void
  /** Whether no stream of that id has been opened yet. */
  protected abstract isIdle(id: number): boolean
  /** END_STREAM of a stream was sent. */
  protected abstract outputEnded(stream: Http2Stream): void
  /** No stream is open any more. */
  protected abstract emptied(): void

  // ---- frames

  protected override onData(flags: number, id: number, bytes: Buffer, from: number, to: number): void {
    if (id === 0) throw new ConnectionFault(errorCode.protocol, 'DATA on stream 0 (RFC 9113 6.1)')
    const size = to - from
    this.window.received(size)
    let at = from
    let end = to
    if ((flags & flag.padded) !== 0) {
      if (size === 0) throw new ConnectionFault(errorCode.frameSize, 'DATA without its padding length (RFC 9113 6.1)')
      end -= bytes[at++] as number
      if (end < at) throw new ConnectionFault(errorCode.protocol, 'padding longer than DATA (RFC 9113 6.1)')
    }
    const endStream = (flags & flag.endStream) !== 0
    if (end > at) this.guard.received()
    else if (!endStream) this.guard.empty()
    const stream = this.streams.get(id)
    if (stream === undefined) this.#late(id, 'DATA')
    else if (stream.receivedEnd) this.resetStream(stream, errorCode.streamClosed, 'DATA behind the end of the stream (RFC 9113 5.1)')
    else this.#dataOf(stream, endStream, size, bytes, at, end)
    this.window.settle()
  }

  #dataOf(stream: Http2Stream, endStream: boolean, size: number, bytes: Buffer, from: number, to: number): void {
    const { id } = stream
    stream.window -= size
    stream.lastReceived = this.lastFrame
    if (stream.window < 0) {
      this.resetStream(stream, errorCode.flowControl, 'more data than the window of the stream (RFC 9113 6.9.1)')
      return
    }
    if (!this.expectsData(stream)) {
      this.resetStream(stream, errorCode.protocol, 'DATA before the head (RFC 9113 8.1)')
      return
    }
    if (!this.owes(stream, to - from, endStream)) return
    if (to > from) stream.receive(bytes, from, to)
    // The reader may have broken the stream.
    if (endStream && this.streams.get(id) === stream) this.receivedEnd(stream, undefined)
  }

  /** The head of the message has come. */
  protected expectsData(_stream: Http2Stream): boolean {
    return true
  }

  /** Counts against the announced length (RFC 9113 8.1.1); false when the stream had to be reset. */
  protected owes(stream: Http2Stream, bytes: number, endStream: boolean): boolean {
    if (stream.owed < 0) return true
    stream.owed -= bytes
    if (stream.owed >= 0 && !(endStream && stream.owed > 0)) return true
    this.resetStream(stream, errorCode.protocol, 'the body has not the announced length (RFC 9113 8.1.1)')
    return false
  }

  /** The peer has sent the end of a stream. */
  protected receivedEnd(stream: Http2Stream, trailers: Parameters<Http2Stream['end']>[0]): void {
    stream.receivedEnd = true
    stream.end(trailers)
    if (stream.sentEnd && !stream.broken) this.#complete(stream)
  }

  /** END_STREAM of a stream was written. */
  protected readonly sentEnd = (stream: Http2Stream): void => {
    if (stream.receivedEnd) this.#complete(stream)
    else this.outputEnded(stream)
  }

  #complete(stream: Http2Stream): void {
    if (!this.streams.delete(stream.id)) return
    this.guard.completed()
    this.completed.add(stream.id)
    if (this.streams.size === 0) this.emptied()
  }

  /** Every block is decoded, whatever becomes of it: the tables of both sides must stay the same. */
  protected override onBlock(id: number, endStream: boolean, bytes: Buffer, from: number, to: number): void {
    this.decoder.decode(bytes, from, to)
    const stream = this.streams.get(id)
    if (stream === undefined) this.headersOfNew(id, endStream)
    else if (stream.receivedEnd) this.resetStream(stream, errorCode.streamClosed, 'HEADERS behind the end of the stream (RFC 9113 5.1)')
    else {
      stream.lastReceived = this.lastFrame
      this.headersOf(stream, endStream)
    }
  }

  #late(id: number, what: string): void {
    if (this.isIdle(id)) throw new ConnectionFault(errorCode.protocol, `${what} on an idle stream (RFC 9113 5.1)`)
    this.lateFrame(id, what)
  }

  /** A frame for a stream that is over: tolerated while it may have been under way when we reset the stream. */
  protected lateFrame(id: number, what: string): void {
    if (!this.resets.has(id)) throw new ConnectionFault(errorCode.streamClosed, `${what} on a closed stream (RFC 9113 5.1)`)
    this.guard.control()
  }

  protected override onReset(id: number, bytes: Buffer, from: number, to: number): void {
    if (id === 0) throw new ConnectionFault(errorCode.protocol, 'RST_STREAM on stream 0 (RFC 9113 6.4)')
    if (to - from !== 4) throw new ConnectionFault(errorCode.frameSize, 'RST_STREAM is not 4 bytes (RFC 9113 6.4)')
    if (this.isIdle(id)) throw new ConnectionFault(errorCode.protocol, 'RST_STREAM on an idle stream (RFC 9113 6.4)')
    this.guard.reset()
    const stream = this.streams.get(id)
    if (stream === undefined) return
    this.completed.add(id)
    const code = bytes.readUInt32BE(from)
    const text = `stream error: stream ID ${id}; ${errorName(code)}; received from peer`
    this.break(stream, { code, text, by: 'peer', unsent: code === errorCode.refusedStream })
  }

  protected override onStreamWindow(id: number, increment: number): void {
    const stream = this.streams.get(id)
    if (stream === undefined) {
      if (this.isIdle(id)) throw new ConnectionFault(errorCode.protocol, 'WINDOW_UPDATE on an idle stream (RFC 9113 5.1)')
    } else if (increment === 0) this.resetStream(stream, errorCode.protocol, 'WINDOW_UPDATE by 0 (RFC 9113 6.9)')
    else if (!this.sender.openStream(stream, increment)) {
      this.resetStream(stream, errorCode.flowControl, 'the window of the stream is too large (RFC 9113 6.9.1)')
    }
  }

  protected override onWindow(increment: number): void {
    this.sender.openConnection(increment)
  }

  protected override onSettled(): void {
    const { initialWindowSize } = this.peer
    if (initialWindowSize !== this.sender.initialWindow) this.sender.resizeWindows(initialWindowSize, this.streams.all())
  }

  protected override onBadPriority(id: number): void {
    const stream = this.streams.get(id)
    if (stream === undefined) throw new ConnectionFault(errorCode.frameSize, 'PRIORITY is not 5 bytes (RFC 9113 6.3)')
    this.resetStream(stream, errorCode.frameSize, 'PRIORITY is not 5 bytes (RFC 9113 6.3)')
  }

  protected override pump(): void {
    this.sender.pump()
  }

  // ---- streams

  protected override breakAll(why: StreamBreak): void {
    const open = this.streams.all()
    this.streams.clear()
    for (const stream of open) this.break(stream, why)
  }

  openWindow(id: number, increment: number): void {
    if (this.over) return
    this.writer.windowUpdate(id, increment)
    this.unread(13)
  }

  holds(bytes: number): void {
    this.window.holds(bytes)
  }

  /** Sends bytes of a body. False: hold back until the user's `writable`. */
  send(stream: Http2Stream, bytes: Uint8Array): boolean {
    if (stream.broken || stream.ending || this.over) return true
    try {
      return this.sender.send(stream, bytes)
    } catch (error) {
      this.failOn(error)
      return true
    }
  }

  /** Ends the output of a stream. */
  end(stream: Http2Stream, trailers: Parameters<Http2Stream['end']>[0]): void {
    if (!stream.broken && !stream.ending && !this.over) this.sender.end(stream, trailers)
  }

  /** Resets a stream whose peer broke a rule; its user is told. */
  protected resetStream(stream: Http2Stream, code: number, text: string): void {
    this.guard.reset()
    this.cancel(stream, code)
    stream.user.broken({ code, text: `stream error: stream ID ${stream.id}; ${errorName(code)}; ${text}`, by: 'here', unsent: false })
  }

  /** Resets a stream on behalf of its user, who is not told. */
  cancel(stream: Http2Stream, code: number): void {
    if (stream.broken || this.over || this.streams.get(stream.id) !== stream) return
    this.refuse(stream.id, code)
    this.#forget(stream)
  }

  /** Sends a reset. */
  protected refuse(id: number, code: number): void {
    this.writer.reset(id, code)
    this.unread(13)
    this.resets.add(id)
  }

  #forget(stream: Http2Stream): void {
    stream.broken = true
    this.sender.drop(stream)
    stream.discard()
    if (this.streams.delete(stream.id) && this.streams.size === 0 && !this.over) this.emptied()
  }

  protected break(stream: Http2Stream, why: StreamBreak): void {
    this.#forget(stream)
    stream.user.broken(why)
  }
}
