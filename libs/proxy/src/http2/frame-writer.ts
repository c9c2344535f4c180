import type { Wire } from '../wire/wire.ts'
import { errorCode, errorName, flag, frameHead, frameSize, frameType, largest31 } from './codes.ts'
import { FieldEncoder } from './hpack/encoder.ts'

/** Composes frames in the wire's own buffer. */
export class FrameWriter {
  readonly #wire: Wire
  /** The frame written last that could still be marked as its stream's last: where it stands, and where the wire was behind it. */
  #markId = 0
  #markAt = 0
  #markEnd = -1

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** Composes a frame's head, with room for `room` bytes behind it. */
  #head(room: number, length: number, type: number, flags: number, id: number): Buffer {
    const wire = this.#wire
    const out = wire.reserve(frameHead + room)
    const { at } = wire
    this.#markEnd = -1
    out[at] = length >>> 16
    out[at + 1] = length >>> 8
    out[at + 2] = length
    out[at + 3] = type
    out[at + 4] = flags
    put32(out, at + 5, id)
    wire.at = at + frameHead
    return out
  }

  /** Sends `bytes[from..to)`, at most `frameSize`. */
  data(id: number, bytes: Uint8Array, from: number, to: number): void {
    const wire = this.#wire
    const length = to - from
    const out = this.#head(length, length, frameType.data, 0, id)
    const head = wire.at - frameHead
    if (bytes instanceof Buffer) bytes.copy(out, wire.at, from, to)
    else out.set(bytes.subarray(from, to), wire.at)
    wire.at += length
    this.#mark(id, head)
    wire.commit()
  }

  /** Sends the block that FieldEncoder holds, in as many frames as it takes. */
  headers(id: number, end: boolean): void {
    const wire = this.#wire
    const { out: block, at: size } = FieldEncoder
    const first = Math.min(size, frameSize)
    const flags = (end ? flag.endStream : 0) | (first === size ? flag.endHeaders : 0)
    const out = this.#head(first, first, frameType.headers, flags, id)
    const head = wire.at - frameHead
    wire.at += block.copy(out, wire.at, 0, first)
    if (first < size) this.#continuations(id, block, first, size)
    else if (!end) this.#mark(id, head)
    wire.commit()
  }

  #continuations(id: number, block: Buffer, from: number, size: number): void {
    const wire = this.#wire
    for (let at = from; at < size;) {
      const next = Math.min(size, at + frameSize)
      const out = this.#head(next - at, next - at, frameType.continuation, next === size ? flag.endHeaders : 0, id)
      wire.at += block.copy(out, wire.at, at, next)
      at = next
    }
  }

  #mark(id: number, head: number): void {
    this.#markId = id
    this.#markAt = head
    this.#markEnd = this.#wire.at
  }

  /** Ends the stream: by a flag of the frame that was written last if that is the stream's and has not left, else by an empty frame. */
  end(id: number): void {
    const wire = this.#wire
    // A flush sets `at` to 0, and whatever is written later is written here and moves the mark or passes it.
    if (this.#markId === id && this.#markEnd === wire.at && wire.at > 0) {
      const out = wire.reserve(0)
      const at = this.#markAt + 4
      out[at] = (out[at] as number) | flag.endStream
      this.#markEnd = -1
    } else {
      this.#head(0, 0, frameType.data, flag.endStream, id)
      wire.commit()
    }
  }

  reset(id: number, code: number): void {
    this.#number(frameType.reset, id, code)
  }

  windowUpdate(id: number, increment: number): void {
    this.#number(frameType.windowUpdate, id, increment)
  }

  #number(type: number, id: number, value: number): void {
    const out = this.#head(4, 4, type, 0, id)
    put32(out, this.#wire.at, value)
    this.#wire.at += 4
    this.#wire.commit()
  }

  settings(pairs: readonly (readonly [id: number, value: number])[]): void {
    const wire = this.#wire
    const length = pairs.length * 6
    const out = this.#head(length, length, frameType.settings, 0, 0)
    for (const [id, value] of pairs) {
      out[wire.at] = id >>> 8
      out[wire.at + 1] = id
      put32(out, wire.at + 2, value)
      wire.at += 6
    }
    wire.commit()
  }

  settingsAck(): void {
    this.#head(0, 0, frameType.settings, flag.ack, 0)
    this.#wire.commit()
  }

  /** `bytes[from..from+8)` is the payload. */
  ping(ack: boolean, bytes: Buffer, from: number): void {
    const out = this.#head(8, 8, frameType.ping, ack ? flag.ack : 0, 0)
    this.#wire.at += bytes.copy(out, this.#wire.at, from, from + 8)
    this.#wire.commit()
  }

  /** `text` is for whoever debugs the peer; its name stands before it. */
  goAway(lastId: number, code: number, text: string): void {
    const wire = this.#wire
    const debug = code === errorCode.none ? '' : Buffer.from(`${errorName(code)}: ${text}`).toString('latin1')
    const length = 8 + debug.length
    const out = this.#head(length, length, frameType.goAway, 0, 0)
    put32(out, wire.at, lastId & largest31)
    put32(out, wire.at + 4, code)
    wire.at += 8 + out.write(debug, wire.at + 8, 'latin1')
    wire.commit()
  }
}

function put32(out: Buffer, at: number, value: number): void {
  out[at] = value >>> 24
  out[at + 1] = value >>> 16
  out[at + 2] = value >>> 8
  out[at + 3] = value
}
