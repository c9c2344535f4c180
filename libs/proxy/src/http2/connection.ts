import { turnTime } from '../wire/turn.ts'
import type { Wire, WireOwner } from '../wire/wire.ts'
import { errorCode, errorName, flag, frameType, largest31 } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'
import { FloodGuard } from './flood-guard.ts'
import { FrameReader, type FrameTarget } from './frame-reader.ts'
import { FrameWriter } from './frame-writer.ts'
import { HeaderBlock } from './header-block.ts'
import type { HeaderLimits } from './hpack/decoder.ts'
import { FieldEncoder } from './hpack/encoder.ts'
import { manyUnreadBytes, mostUnreadBytes } from './limits.ts'
import { PeerSettings } from './peer-settings.ts'
import type { StreamBreak } from './stream.ts'

export interface ConnectionOptions {
  readonly role: 'server' | 'client'
  /** Of received heads and trailers. */
  readonly limits: HeaderLimits
  /** Window of the whole connection in bytes. */
  readonly connectionWindow: number
  /** Streams that we may open until the peer has said how many. */
  readonly assumedStreams: number
}

/** One HTTP/2 connection over a wire: its frames and what concerns it as a whole (RFC 9113 4, 5.4.1, 6). Streams are the session's. */
export abstract class Http2Connection implements WireOwner, FrameTarget {
  readonly wire: Wire
  protected readonly writer: FrameWriter
  protected readonly encoder = new FieldEncoder()
  protected readonly guard = new FloodGuard()
  protected readonly peer: PeerSettings
  protected readonly reader: FrameReader
  /** The peer's first SETTINGS have come. */
  protected greeted = false
  /** Nothing is read or sent any more but what was written: the connection waits to be closed. */
  protected over = false
  /** Milliseconds (performance.now) at which the last frame was whole. */
  protected lastFrame = turnTime()
  readonly #options: ConnectionOptions
  #block: HeaderBlock | undefined
  /** Bytes that were written without a window's leave since the peer stopped reading. */
  #unread = 0

  constructor(wire: Wire, options: ConnectionOptions) {
    this.wire = wire
    wire.shared = true
    this.#options = options
    this.writer = new FrameWriter(wire)
    this.peer = new PeerSettings(options.assumedStreams)
    this.reader = new FrameReader(this)
  }

  // ---- what sessions do

  protected abstract onData(flags: number, id: number, bytes: Buffer, from: number, to: number): void
  /** A whole header block. */
  protected abstract onBlock(id: number, endStream: boolean, bytes: Buffer, from: number, to: number): void
  protected abstract onReset(id: number, bytes: Buffer, from: number, to: number): void
  protected abstract onStreamWindow(id: number, increment: number): void
  protected abstract onWindow(increment: number): void
  /** The peer's settings have been taken. */
  protected abstract onSettled(): void
  protected abstract onBadPriority(id: number): void
  /** The wire takes bytes again. */
  protected abstract pump(): void
  protected abstract breakAll(why: StreamBreak): void

  // ---- what the roles do

  /** The last stream that the peer opened and that was dealt with. */
  protected abstract readonly lastPeerId: number
  protected abstract wentAway(lastId: number, code: number, text: string): void
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
      this.pump()
    } catch (error) {
      this.failOn(error)
    }
  }

  closed(error: NodeJS.ErrnoException | undefined): void {
    this.over = true
    this.reader.stop()
    this.breakAll({ code: errorCode.cancel, text: error?.message ?? 'unexpected EOF', by: 'connection', unsent: false })
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
    this.breakAll({ code, text: `connection error: ${errorName(code)}: ${text}`, by: 'connection', unsent: false })
    this.lastFrame = turnTime()
    if (this.wire.paused) this.wire.resume()
    this.wire.end()
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
        this.onData(flags, id, bytes, from, to)
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
        this.onReset(id, bytes, from, to)
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
      this.onBlock(id, endStream, bytes, at, end)
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
    this.onBlock(block.id, block.endStream, whole, 0, whole.length)
  }

  /** True while a frame or a header block is not whole that was begun before `time`. Bodies have a limit of their own. */
  protected headBegunBefore(time: number): boolean {
    if (this.#block !== undefined) return this.#block.since < time
    return this.reader.within && !this.reader.withinData && this.reader.since < time
  }

  #onWindowUpdate(id: number, bytes: Buffer, from: number, to: number): void {
    if (to - from !== 4) throw new ConnectionFault(errorCode.frameSize, 'WINDOW_UPDATE is not 4 bytes (RFC 9113 6.9)')
    this.guard.windowUpdate()
    const increment = bytes.readUInt32BE(from) & largest31
    if (id === 0) {
      if (increment === 0) throw new ConnectionFault(errorCode.protocol, 'WINDOW_UPDATE by 0 (RFC 9113 6.9)')
      this.onWindow(increment)
      return
    }
    this.onStreamWindow(id, increment)
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
    this.onSettled()
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
    this.onBadPriority(id)
  }

  /** Something was written that no window bounds: a peer that does not read it may not have it pile up. */
  protected unread(bytes: number): void {
    if (!this.wire.congested) return
    this.#unread += bytes
    if (this.#unread > mostUnreadBytes) this.wire.destroy()
  }
}
