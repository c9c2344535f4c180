/**
 * Bytes of protobuf written from the end to the beginning: what is inside of a message is there before the message's length is written, so one pass
 * does, and nothing is measured twice.
 */
import { Buffer } from 'node:buffer'

const FIRST_BYTES = 64 * 1024
/** One that has grown beyond this is not kept for the next message. */
const KEPT_BYTES = 1024 * 1024
/** Up to here a loop over the characters is faster than the call into native code. */
const SHORT_TEXT = 48
const TWO_32 = 0x1_0000_0000

let kept: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)

/** Writes one message. Use it, take {@link bytes}, and let it go: the buffer behind it is used again. */
export class BackwardWriter {
  #buffer = kept
  #at = kept.length

  /** Bytes written so far. */
  get length(): number {
    return this.#buffer.length - this.#at
  }

  /** A copy of what was written. */
  bytes(): Buffer {
    const written = Buffer.from(this.#buffer.subarray(this.#at))
    if (this.#buffer.length > kept.length && this.#buffer.length <= KEPT_BYTES) kept = this.#buffer
    return written
  }

  byte(value: number): void {
    if (this.#at === 0) this.#grow(1)
    this.#buffer[--this.#at] = value
  }

  raw(bytes: Uint8Array): void {
    if (this.#at < bytes.length) this.#grow(bytes.length)
    this.#at -= bytes.length
    this.#buffer.set(bytes, this.#at)
  }

  /** A number of 0 to 2^53. */
  varint(value: number): void {
    if (value < 0x80) return this.byte(value)
    let size = 1
    for (let left = value; left >= 0x80; left = Math.floor(left / 0x80)) size++
    if (this.#at < size) this.#grow(size)
    this.#at -= size
    let at = this.#at
    let left = value
    for (; left >= 0x80; left = left < TWO_32 / 2 ? left >>> 7 : Math.floor(left / 0x80)) this.#buffer[at++] = (left % 0x80) | 0x80
    this.#buffer[at] = left
  }

  /** Any whole number, as an int64 in two's complement. */
  int64(value: number): void {
    if (value >= 0) return this.varint(value)
    let left = BigInt.asUintN(64, BigInt(value))
    const bytes: number[] = []
    for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
    bytes.push(Number(left))
    this.raw(Uint8Array.from(bytes))
  }

  double(value: number): void {
    if (this.#at < 8) this.#grow(8)
    this.#at -= 8
    this.#buffer.writeDoubleLE(value, this.#at)
  }

  /** Text in UTF-8, without its length. */
  text(value: string): void {
    const { length } = value
    if (length <= SHORT_TEXT && this.#ascii(value)) return
    const size = Buffer.byteLength(value)
    if (this.#at < size) this.#grow(size)
    this.#at -= size
    this.#buffer.write(value, this.#at, size)
  }

  /** Writes it when it is ASCII. */
  #ascii(value: string): boolean {
    const { length } = value
    if (this.#at < length) this.#grow(length)
    const from = this.#at - length
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index)
      if (code >= 0x80) return false
      this.#buffer[from + index] = code
    }
    this.#at = from
    return true
  }

  #grow(needed: number): void {
    const { length } = this
    const bigger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, length + needed))
    this.#buffer.copy(bigger, bigger.length - length, this.#at)
    this.#at = bigger.length - length
    this.#buffer = bigger
  }
}
