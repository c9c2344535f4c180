/**
 * Why Go's encoding/json refuses a text, in its words: what a client reads in the refusal of a body or a token. Only asked about texts that
 * are refused, so it may be slow. Grammar and words: Go's `encoding/json/scanner.go`.
 */

const END = 'unexpected end of JSON input'
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' }

/** The first problem, or undefined for valid JSON. */
export function goJsonProblem(bytes: Uint8Array): string | undefined {
  const scanner = new Scanner(bytes)
  try {
    scanner.whole()
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

class Problem extends Error {}

/** Bytes, not characters: Go names the byte that it stumbled over. */
class Scanner {
  readonly #bytes: Uint8Array
  #at = 0
  #depth = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  whole(): void {
    this.#value('looking for beginning of value')
    this.#space()
    if (this.#at < this.#bytes.length) this.#odd('after top-level value')
  }

  #value(context: string): void {
    this.#space()
    const first = this.#peek()
    if (first === '{') return this.#object()
    if (first === '[') return this.#array()
    if (first === '"') return this.#string()
    if (first === '-' || isDigit(first)) return this.#number()
    const literal = LITERALS[first]
    if (literal === undefined) this.#odd(context)
    this.#at++
    for (const expected of literal.slice(1)) {
      if (this.#peek() !== expected) this.#odd(`in literal ${literal} (expecting '${expected}')`)
      this.#at++
    }
  }

  #enter(): void {
    this.#at++
    if (++this.#depth > 10_000) throw new Problem('exceeded max depth')
  }

  #object(): void {
    this.#enter()
    this.#space()
    if (this.#peek() === '}') return this.#leave()
    for (;;) {
      this.#space()
      if (this.#peek() !== '"') this.#odd('looking for beginning of object key string')
      this.#string()
      this.#space()
      if (this.#peek() !== ':') this.#odd('after object key')
      this.#at++
      this.#value('looking for beginning of value')
      this.#space()
      if (this.#peek() === '}') return this.#leave()
      if (this.#peek() !== ',') this.#odd('after object key:value pair')
      this.#at++
    }
  }

  #array(): void {
    this.#enter()
    this.#space()
    if (this.#peek() === ']') return this.#leave()
    for (;;) {
      this.#value('looking for beginning of value')
      this.#space()
      if (this.#peek() === ']') return this.#leave()
      if (this.#peek() !== ',') this.#odd('after array element')
      this.#at++
    }
  }

  #leave(): void {
    this.#at++
    this.#depth--
  }

  #string(): void {
    this.#at++
    for (;;) {
      const character = this.#peek()
      if (character === '"') {
        this.#at++
        return
      }
      if (character < ' ') this.#odd('in string literal')
      this.#at++
      if (character !== '\\') continue
      const escaped = this.#peek()
      if (escaped === 'u') {
        this.#at++
        for (let digits = 0; digits < 4; digits++, this.#at++)
          if (!/[0-9a-fA-F]/.test(this.#peek())) this.#odd(String.raw`in \u hexadecimal character escape`)
      } else if ('bfnrt\\/"'.includes(escaped)) this.#at++
      else this.#odd('in string escape code')
    }
  }

  #number(): void {
    if (this.#peek() === '-') {
      this.#at++
      if (!isDigit(this.#peek())) this.#odd('in numeric literal')
    }
    if (this.#peek() === '0') this.#at++
    else this.#digits()
    if (this.#next() === '.') {
      this.#at++
      if (!isDigit(this.#peek())) this.#odd('after decimal point in numeric literal')
      this.#digits()
    }
    if (/^[eE]$/.test(this.#next())) {
      this.#at++
      if (/^[+-]$/.test(this.#next())) this.#at++
      if (!isDigit(this.#peek())) this.#odd('in exponent of numeric literal')
      this.#digits()
    }
  }

  #digits(): void {
    while (isDigit(this.#next())) this.#at++
  }

  #space(): void {
    while (/^[ \t\r\n]$/.test(this.#next())) this.#at++
  }

  /** The next byte as a character; '' at the end. */
  #next(): string {
    const byte = this.#bytes[this.#at]
    return byte === undefined ? '' : String.fromCharCode(byte)
  }

  /** The next byte, which must be there. */
  #peek(): string {
    const character = this.#next()
    if (character === '') throw new Problem(END)
    return character
  }

  #odd(context: string): never {
    throw new Problem(`invalid character ${quoted(this.#peek())} ${context}`)
  }
}

const isDigit = (character: string) => /^\d$/.test(character)

/** A byte as Go's quoteChar shows it. */
function quoted(character: string): string {
  if (character === "'") return String.raw`'\''`
  if (character === '"') return `'"'`
  const named: Readonly<Record<string, string>> = {
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\u0007': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\v': '\\v',
    '\\': '\\\\'
  }
  const code = character.charCodeAt(0)
  const name = named[character]
  if (name !== undefined) return `'${name}'`
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, '0')}'`
  // Bytes of other letters are taken for characters of Latin 1; those that do not print are named by number.
  if ((code > 0x7f && code < 0xa1) || code === 0xad) return `'\\u${code.toString(16).padStart(4, '0')}'`
  return `'${character}'`
}
