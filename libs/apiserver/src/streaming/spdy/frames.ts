/** SPDY/3.1 frames (SPDY Protocol Draft 3.1, section 2.2): what Kubernetes' clients speak inside exec, attach and port-forward. */
import { SpdyError } from './spdy-error.ts'

/** The control frames that matter here. */
export const frameType = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const
/** The only flag in use: the sender's half of the stream is over. */
export const flagFin = 1

/** Data of a stream, in pieces as they come: a frame of 16 MiB is never held. `fin` is set on the frame's last piece. */
export interface DataPiece {
  readonly kind: 'data'
  readonly stream: number
  readonly bytes: Buffer
  readonly fin: boolean
}

/** A whole control frame. */
export interface ControlFrame {
  readonly kind: 'control'
  readonly type: number
  readonly flags: number
  readonly body: Buffer
}

const headBytes = 8
/** The largest control frame that is read: headers are a few words. */
const mostControlBytes = 64 * 1024

/** Cuts a byte stream into frames, wherever the stream is cut itself. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0)
  /** What is still to come of a data frame. */
  #data: { readonly stream: number; readonly fin: boolean; left: number } | undefined;

  /** The frames that `chunk` completes. Throws {@link SpdyError}. */
  *read(chunk: Uint8Array): Generator<DataPiece | ControlFrame> {
    let bytes = this.#held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([this.#held, chunk])
    this.#held = Buffer.alloc(0)
    for (;;) {
      if (this.#data !== undefined) {
        const data = this.#data
        const piece = bytes.subarray(0, data.left)
        bytes = bytes.subarray(piece.length)
        data.left -= piece.length
        if (data.left === 0) this.#data = undefined
        const fin = data.fin && data.left === 0
        if (piece.length > 0 || fin) yield { kind: 'data', stream: data.stream, bytes: piece, fin }
        if (data.left > 0) return
        continue
      }
      if (bytes.length < headBytes) break
      const first = bytes.readUInt32BE(0)
      const flags = bytes[4] as number
      const length = bytes.readUIntBE(5, 3)
      if (first < 0x8000_0000) {
        if (first === 0) throw new SpdyError('data for stream 0')
        this.#data = { stream: first, fin: (flags & flagFin) !== 0, left: length }
        bytes = bytes.subarray(headBytes)
        continue
      }
      const version = (first >>> 16) & 0x7fff
      if (version !== 3) throw new SpdyError(`a frame of SPDY version ${version}: 3 is spoken here`)
      if (length > mostControlBytes) throw new SpdyError(`a control frame of ${length} bytes: at most ${mostControlBytes} are read`)
      if (bytes.length < headBytes + length) break
      yield { kind: 'control', type: first & 0xffff, flags, body: bytes.subarray(headBytes, headBytes + length) }
      bytes = bytes.subarray(headBytes + length)
    }
    // A copy: the chunk's memory belongs to whoever read it.
    this.#held = Buffer.from(bytes)
  }

  /** True between two frames: an end of the stream here is no loss. */
  get idle(): boolean {
    return this.#held.length === 0 && this.#data === undefined
  }
}

/** The head of a data frame of `length` bytes. */
export function dataHead(stream: number, length: number, fin: boolean): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(stream, 0)
  head[4] = fin ? flagFin : 0
  head.writeUIntBE(length, 5, 3)
  return head
}

/** A whole control frame. */
export function controlFrame(type: number, flags: number, ...parts: readonly (number | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => {
      if (typeof part !== 'number') return part
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(part)
      return bytes
    })
  )
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(((0x8003 << 16) | type) >>> 0, 0)
  head[4] = flags
  head.writeUIntBE(body.length, 5, 3)
  return Buffer.concat([head, body])
}

/** The stream id (31 bits) at `offset`. Throws {@link SpdyError} when the frame is too short. */
export function wordOf(body: Buffer, offset: number): number {
  if (body.length < offset + 4) throw new SpdyError('a control frame is too short')
  return body.readUInt32BE(offset)
}
