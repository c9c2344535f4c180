import { turnTime } from '../wire/turn.ts'
import type { Wire, WireOwner } from '../wire/wire.ts'
import { errorCode, errorName, flag, frameType, largest31 } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'
import { ConnectionWindow } from './connection-window.ts'
import { FloodGuard } from './flood-guard.ts'
import { FrameReader, type FrameTarget } from './frame-reader.ts'
import { FrameWriter } from './frame-writer.ts'
import { HeaderBlock } from './header-block.ts'
import { FieldDecoder, type HeaderLimits } from './hpack/decoder.ts'
import { FieldEncoder } from './hpack/encoder.ts'
import { headerTableSize, manyUnreadBytes, mostUnreadBytes, rememberedClosed, rememberedResets } from './limits.ts'
import { PeerSettings } from './peer-settings.ts'
import { Sender } from './sender.ts'
import type { Http2Stream, StreamBreak, StreamHost } from './stream.ts'
import { StreamMemory } from './stream-memory.ts'
import { StreamTable } from './stream-table.ts'

export interface SessionOptions {
  readonly role: 'server' | 'client'
  /** Of received heads and trailers. */
  readonly limits: HeaderLimits
  /** Window of the whole connection in bytes. */
  readonly connectionWindow: number
  /** Streams that we may open until the peer has said how many. */
  readonly assumedStreams: number
}

/** One HTTP/2 connection over a wire: what servers and clients have in common (RFC 9113 4 to 7). */
export abstract class Http2Session implements WireOwner, FrameTarget, StreamHost {
  slot = -1
  readonly wire: Wire
  readonly streams = new StreamTable()
  protected readonly writer: FrameWriter
  protected readonly encoder = new FieldEncoder()
  protected readonly decoder: FieldDecoder
  protected readonly sender: Sender
  protected readonly guard = new FloodGuard()
  protected readonly peer: PeerSettings
  /** Streams that were reset here: frames that were under way to them are nobody's fault (RFC 9113 5.1). */
  protected readonly resets = new StreamMemory(rememberedResets)
  protected readonly completed = new StreamMemory(rememberedClosed)
  protected readonly reader: FrameReader
  protected readonly window: ConnectionWindow
  /** The peer's first SETTINGS have come. */
  protected greeted = false
  /** Nothing is read or sent any more but what was written: the connection waits to be closed. */
  protected over = false
  /** Milliseconds (performance.now) at which the last frame was whole. */
  protected lastFrame = turnTime()
  readonly #options: SessionOptions
  #block: HeaderBlock | undefined
  /** Bytes that were written without a window's leave since the peer stopped reading. */
  #unread = 0

  constructor(wire: Wire, options: SessionOptions) {
    this.wire = wire
    wire.shared = true
    this.#options = options
    this.writer = new FrameWriter(wire)
    this.decoder = new FieldDecoder(options.limits, headerTableSize)
    this.sender = new Sender(wire, this.writer, this.encoder, this.guard, (stream) => this.sentEnd(stream))
    this.peer = new PeerSettings(options.assumedStreams)
    this.reader = new FrameReader(this)
    this.window = new ConnectionWindow(this.writer, options.connectionWindow)
  }

  // ---- what the roles add

  /** A whole header block for a stream that is not open; its fields are in FieldDecoder. */
  protected abstract headersOfNew(id: number, endStream: boolean): void
  /** A whole header block for an open stream. */
  protected abstract headersOf(stream: Http2Stream, endStream: boolean): void
  /** Whether no stream of that id has been opened yet. */
  protected abstract isIdle(id: number): boolean
  /** END_STREAM of a stream was sent. */
  protected abstract outputEnded(stream: Http2Stream): void
  protected abstract wentAway(lastId: number, code: number, text: string): void
  /** The last stream that the peer opened and that was dealt with. */
  protected abstract readonly lastPeerId: number
  /** No stream is open any more. */
  protected abstract emptied(): void
  protected abstract lost(error: NodeJS.ErrnoException | undefined): void
  abstract inputEnded(): void
  protected pingAcknowledged(_payload: Buffer): void {
    // Pings are sent by servers that drain.
  }

  /** True when the peer has stopped reading, and more waits for it than is decent. */
  protected get stuffed(): boolean {
    return this.#unread > manyUnreadBytes
  }

  // ---- the wire

  received(bytes: Buffer, from: number, to: number): void {
    if (this.over) return
    try {
      this.reader.read(bytes, from, to)
    } catch (error) {
      this.failOn(error)
    }
  }

  drained(): void {
    this.#unread = 0
    if (this.wire.paused) this.wire.resume()
    try {
      this.sender.pump()
    } catch (error) {
      this.failOn(error)
    }
  }

  closed(error: NodeJS.ErrnoException | undefined): void {
    this.over = true
    this.reader.stop()
    this.breakStreams({ code: errorCode.cancel, text: error?.message ?? 'unexpected EOF', by: 'connection', unsent: false })
    this.lost(error)
  }

  /** Ends the connection when `error` is the peer's fault, and rethrows it when it is a bug. */
  protected failOn(error: unknown): void {
    if (!(error instanceof ConnectionFault)) throw error
    this.fail(error.code, error.message)
  }

  /** Tells the peer why, and ends the connection. What it still sends is not looked at. */
  protected fail(code: number, text: string): void {
    if (this.over) return
    this.over = true
    this.reader.stop()
    this.writer.goAway(this.lastPeerId, code, text)
    this.breakStreams({ code, text: `connection error: ${errorName(code)}: ${text}`, by: 'connection', unsent: false })
    this.lastFrame = turnTime()
    if (this.wire.paused) this.wire.resume()
    this.wire.end()
  }

  protected breakStreams(why: StreamBreak): void {
    const open = this.streams.all()
    this.streams.clear()
    for (const stream of open) this.break(stream, why)
  }

  // ---- frames

  frame(type: number, flags: number, id: number, bytes: Buffer, from: number, to: number): void {
    this.lastFrame = turnTime()
    if (!this.greeted && (type !== frameType.settings || (flags & flag.ack) !== 0)) {
      throw new ConnectionFault(errorCode.protocol, 'the first frame is not SETTINGS (RFC 9113 3.4)')
    }
    if (this.#block !== undefined && (type !== frameType.continuation || id !== this.#block.id)) {
      throw new ConnectionFault(errorCode.protocol, 'a header block is interrupted (RFC 9113 6.10)')
    }
    switch (type) {
      case frameType.data:
        this.#onData(flags, id, bytes, from, to)
        break
      case frameType.headers:
        this.#onHeaders(flags, id, bytes, from, to)
        break
      case frameType.continuation:
        this.#onContinuation(flags, bytes, from, to)
        break
      case frameType.windowUpdate:
        this.#onWindowUpdate(id, bytes, from, to)
        break
      case frameType.reset:
        this.#onReset(id, bytes, from, to)
        break
      case frameType.settings:
        this.#onSettings(flags, id, bytes, from, to)
        break
      case frameType.ping:
        this.#onPing(flags, id, bytes, from, to)
        break
      case frameType.goAway:
        this.#onGoAway(id, bytes, from, to)
        break
      case frameType.priority:
        this.#onPriority(id, from, to)
        break
      case frameType.pushPromise:
        throw new ConnectionFault(errorCode.protocol, 'PUSH_PROMISE, which was not allowed (RFC 9113 8.4)')
      default:
        // Unknown frames are ignored (5.5), but counted.
        this.guard.control()
    }
  }

  #onData(flags: number, id: number, bytes: Buffer, from: number, to: number): void {
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

  #onHeaders(flags: number, id: number, bytes: Buffer, from: number, to: number): void {
    if (id === 0) throw new ConnectionFault(errorCode.protocol, 'HEADERS on stream 0 (RFC 9113 6.2)')
    let at = from
    let end = to
    if ((flags & flag.padded) !== 0) end -= bytes[at++] as number
    if ((flags & flag.priority) !== 0) at += 5
    if (at > to) throw new ConnectionFault(errorCode.frameSize, 'HEADERS too short for their flags (RFC 9113 6.2)')
    if (end < at) throw new ConnectionFault(errorCode.protocol, 'padding longer than HEADERS (RFC 9113 6.2)')
    const endStream = (flags & flag.endStream) !== 0
    if ((flags & flag.endHeaders) !== 0) {
      if (at === end) this.guard.empty()
      this.#decoded(id, endStream, bytes, at, end)
      return
    }
    this.#block = new HeaderBlock(id, endStream, this.#options.limits.headBytes)
    this.#block.add(flags, bytes, at, end)
  }

  #onContinuation(flags: number, bytes: Buffer, from: number, to: number): void {
    const block = this.#block
    if (block === undefined) throw new ConnectionFault(errorCode.protocol, 'CONTINUATION without HEADERS (RFC 9113 6.10)')
    if (from === to) this.guard.empty()
    const whole = block.add(flags, bytes, from, to)
    if (whole === undefined) return
    this.#block = undefined
    this.#decoded(block.id, block.endStream, whole, 0, whole.length)
  }

  /** Every block is decoded, whatever becomes of it: the tables of both sides must stay the same. */
  #decoded(id: number, endStream: boolean, bytes: Buffer, from: number, to: number): void {
    this.decoder.decode(bytes, from, to)
    const stream = this.streams.get(id)
    if (stream === undefined) this.headersOfNew(id, endStream)
    else if (stream.receivedEnd) this.resetStream(stream, errorCode.streamClosed, 'HEADERS behind the end of the stream (RFC 9113 5.1)')
    else {
      stream.lastReceived = this.lastFrame
      this.headersOf(stream, endStream)
    }
  }

  /** True while a frame or a header block is not whole that was begun before `time`. Bodies have a limit of their own. */
  protected headBegunBefore(time: number): boolean {
    if (this.#block !== undefined) return this.#block.since < time
    return this.reader.within && !this.reader.withinData && this.reader.since < time
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

  #onWindowUpdate(id: number, bytes: Buffer, from: number, to: number): void {
    if (to - from !== 4) throw new ConnectionFault(errorCode.frameSize, 'WINDOW_UPDATE is not 4 bytes (RFC 9113 6.9)')
    this.guard.windowUpdate()
    const increment = bytes.readUInt32BE(from) & largest31
    if (id === 0) {
      if (increment === 0) throw new ConnectionFault(errorCode.protocol, 'WINDOW_UPDATE by 0 (RFC 9113 6.9)')
      this.sender.openConnection(increment)
      return
    }
    const stream = this.streams.get(id)
    if (stream === undefined) {
      if (this.isIdle(id)) throw new ConnectionFault(errorCode.protocol, 'WINDOW_UPDATE on an idle stream (RFC 9113 5.1)')
    } else if (increment === 0) this.resetStream(stream, errorCode.protocol, 'WINDOW_UPDATE by 0 (RFC 9113 6.9)')
    else if (!this.sender.openStream(stream, increment)) {
      this.resetStream(stream, errorCode.flowControl, 'the window of the stream is too large (RFC 9113 6.9.1)')
    }
  }

  #onReset(id: number, bytes: Buffer, from: number, to: number): void {
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

  #onSettings(flags: number, id: number, bytes: Buffer, from: number, to: number): void {
    if (id !== 0) throw new ConnectionFault(errorCode.protocol, 'SETTINGS on a stream (RFC 9113 6.5)')
    if ((flags & flag.ack) !== 0) {
      if (to > from) throw new ConnectionFault(errorCode.frameSize, 'an acknowledgement with settings (RFC 9113 6.5)')
      this.guard.control()
      return
    }
    if ((to - from) % 6 !== 0) throw new ConnectionFault(errorCode.frameSize, 'SETTINGS are not in sixes (RFC 9113 6.5)')
    this.guard.control()
    this.greeted = true
    this.peer.take(bytes, from, to, this.#options.role === 'client')
    this.encoder.limit(this.peer.headerTableSize)
    this.writer.settingsAck()
    this.unread(9)
    if (this.peer.initialWindowSize !== this.sender.initialWindow)
      this.sender.resizeWindows(this.peer.initialWindowSize, this.streams.all())
  }

  #onPing(flags: number, id: number, bytes: Buffer, from: number, to: number): void {
    if (id !== 0) throw new ConnectionFault(errorCode.protocol, 'PING on a stream (RFC 9113 6.7)')
    if (to - from !== 8) throw new ConnectionFault(errorCode.frameSize, 'PING is not 8 bytes (RFC 9113 6.7)')
    this.guard.control()
    if ((flags & flag.ack) !== 0) {
      this.pingAcknowledged(bytes.subarray(from, to))
      return
    }
    this.writer.ping(true, bytes, from)
    this.unread(17)
  }

  #onGoAway(id: number, bytes: Buffer, from: number, to: number): void {
    if (id !== 0) throw new ConnectionFault(errorCode.protocol, 'GOAWAY on a stream (RFC 9113 6.8)')
    if (to - from < 8) throw new ConnectionFault(errorCode.frameSize, 'GOAWAY is shorter than 8 bytes (RFC 9113 6.8)')
    this.guard.control()
    this.wentAway(
      bytes.readUInt32BE(from) & largest31,
      bytes.readUInt32BE(from + 4),
      bytes.toString('latin1', from + 8, Math.min(to, from + 264))
    )
  }

  /** Priorities are deprecated (RFC 9113 5.3.2), and may come for any stream in any state. */
  #onPriority(id: number, from: number, to: number): void {
    if (id === 0) throw new ConnectionFault(errorCode.protocol, 'PRIORITY on stream 0 (RFC 9113 6.3)')
    this.guard.control()
    if (to - from === 5) return
    const stream = this.streams.get(id)
    if (stream === undefined) throw new ConnectionFault(errorCode.frameSize, 'PRIORITY is not 5 bytes (RFC 9113 6.3)')
    this.resetStream(stream, errorCode.frameSize, 'PRIORITY is not 5 bytes (RFC 9113 6.3)')
  }

  // ---- streams

  /** Something was written that no window bounds: a peer that does not read it may not have it pile up. */
  protected unread(bytes: number): void {
    if (!this.wire.congested) return
    this.#unread += bytes
    if (this.#unread > mostUnreadBytes) this.wire.destroy()
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
