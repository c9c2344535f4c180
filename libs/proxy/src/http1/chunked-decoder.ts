import { CR, LF, SEMICOLON } from './bytes.ts'
import { extensionBroken, extensionOver, extensionStart, readExtension } from './chunk-extension.ts'
import type { FaultCode } from './fault.ts'
import { HeaderList } from '../header-list.ts'
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
/** Extension bytes of a whole body: a little less than Go takes in one line. They mean nothing here and are dropped. */
const mostExtension = 4000
/** Fields that would change framing, routing, authority or meaning if a recipient merged trailers into the head (RFC 9110 6.5.1). */
const notInTrailers = new Set([
  'content-length',
  'transfer-encoding',
  'host',
  'trailer',
  'connection',
  'upgrade',
  'content-encoding',
  'content-type',
  'content-range',
  'authorization'
])

/** Strict chunked decoding (RFC 9112 7.1) of bytes in any split. */
export class ChunkedDecoder {
  readonly #limits: HeadLimits
  /** Made for a message that has trailers. */
  #trailers: HeadParser | undefined
  #state = SIZE
  #size = 0
  #digits = 0
  #extension = 0
  #inExtension = extensionStart
  #received: HeaderList | undefined

  fault: FaultCode | undefined

  constructor(limits: HeadLimits) {
    this.#limits = limits
  }

  get done(): boolean {
    return this.#state === DONE
  }

  /** Trailer fields; undefined when there were none. Valid once done. */
  takeTrailers(): HeaderList | undefined {
    return this.#received
  }

  /** Decodes `bytes[at..to)`, handing data to `emit`. Returns the offset after what it used; stops at the end of the body or at a `fault`. */
  feed(bytes: Buffer, at: number, to: number, emit: (data: Buffer) => void): number {
    while (at < to) {
      const byte = bytes[at] as number
      switch (this.#state) {
        case SIZE: {
          const digit = hexDigit(byte)
          if (digit >= 0) {
            if (++this.#digits > mostDigits) return this.#fail('bad-chunk-size', at)
            this.#size = this.#size * 16 + digit
          } else if (this.#digits === 0) return this.#fail('bad-chunk-size', at)
          else if (byte === CR) this.#state = SIZE_LF
          else if (byte === SEMICOLON) {
            this.#state = EXTENSION
            this.#inExtension = extensionStart
          } else return this.#fail('bad-chunk-size', at)
          at++
          break
        }
        case EXTENSION:
          this.#inExtension = readExtension(this.#inExtension, byte)
          if (this.#inExtension === extensionOver) this.#state = SIZE_LF
          else if (this.#inExtension === extensionBroken || ++this.#extension > mostExtension) return this.#fail('bad-chunk-extension', at)
          at++
          break
        case SIZE_LF:
          if (byte !== LF) return this.#fail('bare-cr', at)
          this.#state = this.#size === 0 ? TRAILERS : DATA
          at++
          break
        case DATA: {
          const take = Math.min(this.#size, to - at)
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
          return this.#readTrailers(bytes, at, to)
        default:
          return at
      }
    }
    return at
  }

  #readTrailers(bytes: Buffer, at: number, to: number): number {
    if (this.#trailers === undefined && bytes[at] === CR && at + 1 < to && bytes[at + 1] === LF) {
      this.#state = DONE
      return at + 2
    }
    const parser = (this.#trailers ??= new HeadParser('trailers', this.#limits))
    const after = parser.feed(bytes, at, to)
    if (parser.fault !== undefined) return this.#fail(parser.fault, at)
    if (after < 0) return to
    const head = parser.take()
    if (head.count > 0) {
      // Few messages have any: text, and done with.
      const received = HeaderList.received(head)
      this.#received = received.clone()
    }
    head.give()
    let bad = false
    this.#received?.forEach((name) => (bad ||= notInTrailers.has(name.toLowerCase())))
    if (bad) return this.#fail('bad-trailer', at)
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
