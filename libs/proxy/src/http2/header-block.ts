import { turnTime } from '../wire/turn.ts'
import { errorCode, flag } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'
import { headerBombFactor, mostContinuations } from './limits.ts'

/** A block that did not fit its HEADERS frame, gathered from the CONTINUATION frames behind it (RFC 9113 6.10). */
export class HeaderBlock {
  readonly id: number
  readonly endStream: boolean
  /** When it was begun, by performance.now. */
  readonly since = turnTime()
  readonly #most: number
  readonly #parts: Buffer[] = []
  #size = 0

  /** @param headBytes what a decoded list may come to. An encoded one is not longer, but for its bomb. */
  constructor(id: number, endStream: boolean, headBytes: number) {
    this.id = id
    this.endStream = endStream
    this.#most = headBytes * headerBombFactor
  }

  /** Adds a fragment; gives the whole block when `flags` say that this was the last one. */
  add(flags: number, bytes: Buffer, from: number, to: number): Buffer | undefined {
    this.#size += to - from
    if (this.#size > this.#most) throw new ConnectionFault(errorCode.enhanceYourCalm, 'a header block is far over the announced size')
    if (this.#parts.length > mostContinuations) throw new ConnectionFault(errorCode.enhanceYourCalm, 'too many CONTINUATION frames')
    if ((flags & flag.endHeaders) !== 0) return Buffer.concat([...this.#parts, bytes.subarray(from, to)], this.#size)
    this.#parts.push(Buffer.from(bytes.subarray(from, to)))
    return undefined
  }
}
