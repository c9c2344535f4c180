import { CR, fieldValue, LF, SEMICOLON } from './bytes.ts'
import type { FaultCode } from './fault.ts'
import { type HeadLimits, HeadParser } from './head-parser.ts'

const SIZE = 0
const EXTENSION = 1
const SIZE_LF = 2
const DATA = 3
const DATA_CR = 4
const DATA_LF = 5
const TRAILERS = 6
const DONE = 7

/** 2^48 bytes in one chunk are nobody's; more digits could only hide a wrap-around. */
const mostDigits = 12
/** Extension bytes of a whole body. They mean nothing here and are dropped. */
const mostExtension = 4096
/** Fields that would change framing or routing if a recipient merged trailers into the head. */
const notInTrailers = new Set(['content-length', 'transfer-encoding', 'host', 'trailer', 'connection', 'upgrade', 'content-encoding'])

/** Strict chunked decoding (RFC 9112 7.1) of bytes in any split. */
export class ChunkedDecoder {
  readonly #trailers: HeadParser
  #state = SIZE
  #size = 0
  #digits = 0
  #extension = 0

  fault: FaultCode | undefined

  constructor(limits: HeadLimits) {
    this.#trailers = new HeadParser('trailers', limits)
  }

  get done(): boolean {
    return this.#state === DONE
  }

  /** Trailer fields, alternating names and values; empty when there were none. Valid once done. */
  get trailers(): string[] {
    return this.#trailers.fields
  }

  /** Decodes from `at`, handing data to `emit`. Returns the offset after what it used; stops at the end of the body or at a `fault`. */
  feed(bytes: Buffer, at: number, emit: (data: Buffer) => void): number {
    while (at < bytes.length) {
      const byte = bytes[at] as number
      switch (this.#state) {
        case SIZE: {
          const digit = hexDigit(byte)
          if (digit >= 0) {
            if (++this.#digits > mostDigits) return this.#fail('bad-chunk-size', at)
            this.#size = this.#size * 16 + digit
          } else if (this.#digits === 0) return this.#fail('bad-chunk-size', at)
          else if (byte === CR) this.#state = SIZE_LF
          else if (byte === SEMICOLON) this.#state = EXTENSION
          else return this.#fail('bad-chunk-size', at)
          at++
          break
        }
        case EXTENSION:
          if (byte === CR) this.#state = SIZE_LF
          else if (fieldValue[byte] !== 1 || ++this.#extension > mostExtension) return this.#fail('bad-chunk-extension', at)
          at++
          break
        case SIZE_LF:
          if (byte !== LF) return this.#fail('bare-cr', at)
          this.#state = this.#size === 0 ? TRAILERS : DATA
          at++
          break
        case DATA: {
          const take = Math.min(this.#size, bytes.length - at)
          this.#size -= take
          if (this.#size === 0) this.#state = DATA_CR
          emit(bytes.subarray(at, at + take))
          at += take
          break
        }
        case DATA_CR:
          if (byte !== CR) return this.#fail('bad-chunk-end', at)
          this.#state = DATA_LF
          at++
          break
        case DATA_LF:
          if (byte !== LF) return this.#fail('bad-chunk-end', at)
          this.#state = SIZE
          this.#digits = 0
          at++
          break
        case TRAILERS:
          return this.#readTrailers(bytes, at)
        default:
          return at
      }
    }
    return at
  }

  #readTrailers(bytes: Buffer, at: number): number {
    const after = this.#trailers.feed(bytes, at)
    if (this.#trailers.fault !== undefined) return this.#fail(this.#trailers.fault, at)
    if (after < 0) return bytes.length
    const fields = this.#trailers.fields
    for (let index = 0; index < fields.length; index += 2) {
      if (notInTrailers.has((fields[index] as string).toLowerCase())) return this.#fail('bad-trailer', at)
    }
    this.#state = DONE
    return after
  }

  #fail(fault: FaultCode, at: number): number {
    this.fault = fault
    return at
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
