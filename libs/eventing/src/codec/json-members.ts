import { InvalidEvent } from '../event/invalid-event.ts'
import { textOf } from '../text/utf8.ts'

/** One member of a JSON object: where its value lies in the bytes. */
export interface Member {
  readonly name: string
  /** Right behind the colon: white space may lie between it and the value. */
  readonly behindColon: number
  readonly from: number
  readonly to: number
}

const quote = 34
const backslash = 92

/** Walks JSON that is known to be valid, on its bytes, so that values can be taken as they were written. */
export class JsonWalk {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, from = 0) {
    this.#bytes = bytes
    this.#at = from
  }

  /** The members of the object that begins here. */
  members(): Member[] {
    const found: Member[] = []
    this.#expect(123, 'an object')
    while (this.#peek() !== 125) {
      const nameFrom = this.#at
      this.#string()
      const name = JSON.parse(textOf(this.#bytes.subarray(nameFrom, this.#at))) as string
      this.#expect(58, 'a colon')
      const behindColon = this.#at
      this.#peek()
      const from = this.#at
      this.#value()
      found.push({ name, behindColon, from, to: this.#at })
      if (this.#peek() === 44) this.#at++
    }
    return found
  }

  /** Where the values of the array that begins here lie. */
  items(): { readonly from: number; readonly to: number }[] {
    const found: { from: number; to: number }[] = []
    this.#expect(91, 'an array')
    while (this.#peek() !== 93) {
      const from = this.#at
      this.#value()
      found.push({ from, to: this.#at })
      if (this.#peek() === 44) this.#at++
    }
    return found
  }

  #expect(byte: number, what: string): void {
    if (this.#peek() !== byte) throw new InvalidEvent(`the body's JSON should be ${what} at byte ${this.#at}`)
    this.#at++
  }

  /** The next byte that is no white space. */
  #peek(): number {
    while (this.#bytes[this.#at]! <= 32) this.#at++
    return this.#bytes[this.#at] ?? -1
  }

  #string(): void {
    this.#at++
    while (this.#bytes[this.#at] !== quote) this.#at += this.#bytes[this.#at] === backslash ? 2 : 1
    this.#at++
  }

  #value(): void {
    const first = this.#bytes[this.#at]!
    if (first === quote) return this.#string()
    if (first !== 123 && first !== 91) {
      while (this.#at < this.#bytes.length && !ends(this.#bytes[this.#at]!)) this.#at++
      return
    }
    let depth = 0
    do {
      const byte = this.#bytes[this.#at]!
      if (byte === quote) {
        this.#string()
        continue
      }
      if (byte === 123 || byte === 91) depth++
      else if (byte === 125 || byte === 93) depth--
      this.#at++
    } while (depth > 0)
  }
}

/** What ends a number or a word: white space, a comma, a closing bracket. */
const ends = (byte: number): boolean => byte <= 32 || byte === 44 || byte === 93 || byte === 125
