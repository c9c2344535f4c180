import { COLON, CR, fieldValue, HTAB, LF, SP, targetByte, token } from './bytes.ts'
import type { FaultCode } from './fault.ts'

export interface HeadLimits {
  readonly headBytes: number
  readonly headerCount: number
}

const METHOD = 0
const TARGET = 1
const VERSION = 2
const STATUS_LINE = 3
const REASON = 4
const LINE_LF = 5
const FIELD_START = 6
const NAME = 7
const PADDING = 8
const VALUE = 9
const END_LF = 10

const versionText = 'HTTP/1.'
/** Longer ones are nobody's method; bounds what a refused line can cost. */
const longestMethod = 32

/**
 * One pass over the bytes of a head, in any number of pieces, with the same result for any split. Strict: token methods and names, visible targets,
 * CR LF line ends, nothing before the colon, no folding. A head that arrives whole is read in place; else its bytes are gathered.
 */
export class HeadParser {
  readonly #start: number
  readonly #limits: HeadLimits
  #state: number
  /** Bytes gathered from earlier pieces. */
  #gathered: Buffer | undefined
  #length = 0
  /** Offset of the next unread byte, and of the start of the element being read; both count from the start of the head. */
  #at = 0
  #mark = 0
  #name = ''

  fields: string[] = []
  method = ''
  target = ''
  /** Minor version: 0 or 1. */
  minor = 1
  status = 0
  reason = ''
  fault: FaultCode | undefined

  /** @param kind `trailers` reads fields only, up to the empty line. */
  constructor(kind: 'request' | 'response' | 'trailers', limits: HeadLimits) {
    this.#start = kind === 'request' ? METHOD : kind === 'response' ? STATUS_LINE : FIELD_START
    this.#state = this.#start
    this.#limits = limits
  }

  /** True once a byte of the present head was read. */
  get begun(): boolean {
    return this.#length > 0
  }

  /** Makes ready for the next head; `fields` of the last one belong to whoever took them. */
  reset(): void {
    this.#state = this.#start
    this.#gathered = undefined
    this.#length = this.#at = this.#mark = 0
    this.fields = []
    this.fault = undefined
  }

  /** Reads `bytes` from `from`. Returns the offset after the head, or -1: more is needed, or `fault` says why not. */
  feed(bytes: Buffer, from: number): number {
    if (this.#gathered === undefined) {
      if (this.#scan(bytes, from, bytes.length - from)) return from + this.#at
      if (this.fault === undefined) this.#gather(bytes, from)
      return -1
    }
    const before = this.#length
    this.#gather(bytes, from)
    if (this.#scan(this.#gathered, 0, this.#length)) return from + this.#at - before
    return -1
  }

  #gather(bytes: Buffer, from: number): void {
    const more = bytes.length - from
    const need = this.#length + more
    if (this.#gathered === undefined || this.#gathered.length < need) {
      const larger = Buffer.allocUnsafe(Math.max(need * 2, 512))
      this.#gathered?.copy(larger, 0, 0, this.#length)
      this.#gathered = larger
    }
    bytes.copy(this.#gathered, this.#length, from)
    this.#length = need
  }

  /** Goes on over `source`, whose head begins at `base` and has `length` bytes so far. True when the head is complete. */
  #scan(source: Buffer, base: number, length: number): boolean {
    const end = Math.min(length, this.#limits.headBytes)
    let at = this.#at
    while (at < end) {
      const byte = source[base + at] as number
      switch (this.#state) {
        case METHOD:
          if (token[byte] === 1) {
            if (at >= longestMethod) return this.#fail('bad-method')
            break
          }
          if (byte !== SP || at === 0) return this.#fail(byte === LF ? 'bare-lf' : 'bad-method')
          this.method = source.toString('latin1', base, base + at)
          this.#mark = at + 1
          this.#state = TARGET
          break
        case TARGET:
          if (targetByte[byte] === 1) break
          if (byte === LF) return this.#fail('bare-lf')
          if (byte === CR) return this.#fail('bad-version')
          if (byte !== SP || at === this.#mark) return this.#fail('bad-target')
          this.target = source.toString('latin1', base + this.#mark, base + at)
          this.#mark = at + 1
          this.#state = VERSION
          break
        case VERSION: {
          const index = at - this.#mark
          if (index < 7 ? byte !== versionText.charCodeAt(index) : index === 7 ? byte !== 0x30 && byte !== 0x31 : byte !== CR) {
            return this.#fail(byte === LF && index === 8 ? 'bare-lf' : 'bad-version')
          }
          if (index === 7) this.minor = byte - 0x30
          else if (index === 8) this.#state = LINE_LF
          break
        }
        case STATUS_LINE:
          if (!this.#statusLine(byte, at)) return false
          break
        case REASON:
          if (fieldValue[byte] === 1) break
          if (byte !== CR) return this.#fail(byte === LF ? 'bare-lf' : 'bad-value')
          this.reason = source.toString('latin1', base + this.#mark, base + at)
          this.#state = LINE_LF
          break
        case LINE_LF:
          if (byte !== LF) return this.#fail('bare-cr')
          this.#state = FIELD_START
          break
        case FIELD_START:
          if (byte === CR) this.#state = END_LF
          else if (token[byte] === 1) {
            this.#mark = at
            this.#state = NAME
          } else return this.#fail(byte === SP || byte === HTAB ? 'folded' : byte === LF ? 'bare-lf' : 'bad-name')
          break
        case NAME:
          if (token[byte] === 1) break
          if (byte !== COLON) return this.#fail(byte === SP || byte === HTAB ? 'space-before-colon' : byte === LF ? 'bare-lf' : 'bad-name')
          if (this.fields.length >= this.#limits.headerCount * 2) return this.#fail('too-many-headers')
          this.#name = source.toString('latin1', base + this.#mark, base + at)
          this.#state = PADDING
          break
        case PADDING:
          if (byte === SP || byte === HTAB) break
          this.#mark = at
          this.#state = VALUE
          continue
        case VALUE: {
          if (fieldValue[byte] === 1) break
          if (byte !== CR) return this.#fail(byte === LF ? 'bare-lf' : byte === 0 ? 'nul' : 'bad-value')
          let stop = base + at
          const start = base + this.#mark
          while (stop > start && (source[stop - 1] === SP || source[stop - 1] === HTAB)) stop--
          this.fields.push(this.#name, source.toString('latin1', start, stop))
          this.#state = LINE_LF
          break
        }
        default:
          if (byte !== LF) return this.#fail('bare-cr')
          this.#at = at + 1
          return true
      }
      at++
    }
    this.#at = at
    return at === this.#limits.headBytes ? this.#fail('head-too-large') : false
  }

  /** `HTTP/1.1 200 ` byte by byte; a status without a reason may end the line at once. */
  #statusLine(byte: number, at: number): boolean {
    if (at < 7) return byte === versionText.charCodeAt(at) || this.#fail('bad-version')
    if (at === 7) {
      this.minor = byte - 0x30
      return this.minor === 0 || this.minor === 1 || this.#fail('bad-version')
    }
    if (at === 8) {
      this.status = 0
      return byte === SP || this.#fail('bad-version')
    }
    if (at < 12) {
      const digit = byte - 0x30
      if (digit < 0 || digit > 9 || (at === 9 && digit === 0)) return this.#fail('bad-status')
      this.status = this.status * 10 + digit
      return true
    }
    this.#mark = at + 1
    this.reason = ''
    if (byte === SP) this.#state = REASON
    else if (byte === CR) this.#state = LINE_LF
    else return this.#fail('bad-status')
    return true
  }

  #fail(fault: FaultCode): false {
    this.fault = fault
    return false
  }
}
