import { COLON, CR, fieldValue, HTAB, LF, PERCENT, SP, targetByte, token } from './bytes.ts'
import type { FaultCode } from './fault.ts'
import { Head } from './head.ts'

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

const versionText = Buffer.from('HTTP/1.', 'latin1')
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
  #head: Head | undefined
  /** Bytes gathered from earlier pieces; 0 while the head is read in place. */
  #gathered = 0
  /** Offset of the next unread byte, and of the start of the element being read; both count from the start of the head. */
  #at = 0
  #mark = 0
  #nameAt = 0
  #nameEnd = 0
  #hash = 0

  fault: FaultCode | undefined

  /** @param kind `trailers` reads fields only, up to the empty line. */
  constructor(kind: 'request' | 'response' | 'trailers', limits: HeadLimits) {
    this.#start = kind === 'request' ? METHOD : kind === 'response' ? STATUS_LINE : FIELD_START
    this.#state = this.#start
    this.#limits = limits
  }

  /** True once a byte of the present head was read. */
  get begun(): boolean {
    return this.#gathered > 0
  }

  /** The head that `feed` has completed: the caller's from here on, and the parser is ready for the next one. */
  take(): Head {
    const head = this.#head as Head
    this.#head = undefined
    this.reset()
    return head
  }

  /** Forgets what was read of the present head. */
  reset(): void {
    this.#head?.give()
    this.#head = undefined
    this.#state = this.#start
    this.#gathered = this.#at = this.#mark = 0
    this.fault = undefined
  }

  /** Reads `bytes[from..to)`. Returns the offset after the head, or -1: more is needed, or `fault` says why not. */
  feed(bytes: Buffer, from: number, to: number): number {
    let head = this.#head
    if (head === undefined) {
      head = this.#head = Head.take()
      head.clear()
    }
    const before = this.#gathered
    if (before === 0) {
      if (this.#scan(head, bytes, from, to - from)) return from + this.#finish(head, bytes, from)
      if (this.fault === undefined) this.#gather(head, bytes, from, to)
      return -1
    }
    const store = this.#gather(head, bytes, from, to)
    return this.#scan(head, store, 0, this.#gathered) ? from + this.#finish(head, store, 0) - before : -1
  }

  #finish(head: Head, source: Buffer, base: number): number {
    head.bytes = source
    head.base = base
    head.length = this.#at
    return this.#at
  }

  #gather(head: Head, bytes: Buffer, from: number, to: number): Buffer {
    const store = head.gather(this.#gathered + to - from, this.#gathered)
    bytes.copy(store, this.#gathered, from, to)
    this.#gathered += to - from
    return store
  }

  /** Goes on over `source`, whose head begins at `base` and has `length` bytes so far. True when the head is complete. */
  #scan(head: Head, source: Buffer, base: number, length: number): boolean {
    const end = Math.min(length, this.#limits.headBytes)
    let at = this.#at
    while (at < end) {
      switch (this.#state) {
        case METHOD: {
          while (at < end && token[source[base + at] as number] === 1) at++
          if (at > longestMethod) return this.#fail('bad-method')
          if (at === end) break
          if (source[base + at] !== SP || at === 0) return this.#fail(source[base + at] === LF ? 'bare-lf' : 'bad-method')
          head.methodEnd = at++
          head.targetAt = this.#mark = at
          this.#state = TARGET
          break
        }
        case TARGET: {
          while (at < end && targetByte[source[base + at] as number] === 1) at++
          if (at === end) break
          const byte = source[base + at]
          if (byte === PERCENT) {
            head.escapes = true
            at++
            break
          }
          if (byte === LF) return this.#fail('bare-lf')
          if (byte === CR) return this.#fail('bad-version')
          if (byte !== SP || at === this.#mark) return this.#fail('bad-target')
          head.targetEnd = at++
          this.#mark = at
          this.#state = VERSION
          break
        }
        case VERSION: {
          const byte = source[base + at] as number
          const index = at - this.#mark
          if (index < 7 ? byte !== versionText[index] : index === 7 ? byte !== 0x30 && byte !== 0x31 : byte !== CR) {
            return this.#fail(byte === LF && index === 8 ? 'bare-lf' : 'bad-version')
          }
          if (index === 7) head.minor = byte - 0x30
          else if (index === 8) this.#state = LINE_LF
          at++
          break
        }
        case STATUS_LINE:
          if (!this.#statusLine(head, source[base + at] as number, at)) return false
          at++
          break
        case REASON:
          while (at < end && fieldValue[source[base + at] as number] === 1) at++
          if (at === end) break
          if (source[base + at] !== CR) return this.#fail(source[base + at] === LF ? 'bare-lf' : 'bad-value')
          at++
          this.#state = LINE_LF
          break
        case LINE_LF:
          if (source[base + at] !== LF) return this.#fail('bare-cr')
          at++
          if (head.count === 0) head.fieldsAt = at
          this.#state = FIELD_START
          break
        case FIELD_START: {
          const byte = source[base + at] as number
          if (byte === CR) {
            at++
            this.#state = END_LF
          } else if (token[byte] === 1) {
            this.#mark = at
            this.#hash = 0
            this.#state = NAME
          } else return this.#fail(byte === SP || byte === HTAB ? 'folded' : byte === LF ? 'bare-lf' : 'bad-name')
          break
        }
        case NAME: {
          let hash = this.#hash
          let byte = source[base + at] as number
          while (token[byte] === 1) {
            hash = (Math.imul(hash, 31) + (byte | 0x20)) | 0
            if (++at === end) break
            byte = source[base + at] as number
          }
          this.#hash = hash
          if (at === end) break
          if (byte !== COLON) return this.#fail(byte === SP || byte === HTAB ? 'space-before-colon' : byte === LF ? 'bare-lf' : 'bad-name')
          if (head.count >= this.#limits.headerCount) return this.#fail('too-many-headers')
          this.#nameEnd = at++
          this.#state = PADDING
          break
        }
        case PADDING:
          while (at < end && (source[base + at] === SP || source[base + at] === HTAB)) at++
          if (at === end) break
          this.#state = VALUE
          this.#nameAt = this.#mark
          this.#mark = at
          break
        case VALUE: {
          while (at < end && fieldValue[source[base + at] as number] === 1) at++
          if (at === end) break
          const byte = source[base + at]
          if (byte !== CR) return this.#fail(byte === LF ? 'bare-lf' : byte === 0 ? 'nul' : 'bad-value')
          let stop = at
          while (stop > this.#mark && (source[base + stop - 1] === SP || source[base + stop - 1] === HTAB)) stop--
          head.add(source, base, this.#nameAt, this.#nameEnd, this.#mark, stop, this.#hash)
          at++
          this.#state = LINE_LF
          break
        }
        default:
          if (source[base + at] !== LF) return this.#fail('bare-cr')
          this.#at = at + 1
          return true
      }
    }
    this.#at = at
    return at === this.#limits.headBytes ? this.#fail('head-too-large') : false
  }

  /** `HTTP/1.1 200 ` byte by byte; a status without a reason may end the line at once. */
  #statusLine(head: Head, byte: number, at: number): boolean {
    if (at < 7) return byte === versionText[at] || this.#fail('bad-version')
    if (at === 7) {
      head.minor = byte - 0x30
      return head.minor === 0 || head.minor === 1 || this.#fail('bad-version')
    }
    if (at === 8) {
      head.status = 0
      return byte === SP || this.#fail('bad-version')
    }
    if (at < 12) {
      const digit = byte - 0x30
      if (digit < 0 || digit > 9 || (at === 9 && digit === 0)) return this.#fail('bad-status')
      head.status = head.status * 10 + digit
      return true
    }
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
