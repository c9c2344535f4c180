/** What Go's encoding/json says of a text that is not JSON. */
import { quote } from './parsed.ts'

class Refusal extends Error {}

/** Go's words for what is wrong with a text as JSON; undefined when it is JSON. */
export function jsonProblem(text: string): string | undefined {
  const scan = new Scan(text)
  try {
    scan.document()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

class Scan {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text.toWellFormed()
  }

  document(): void {
    this.#value()
    this.#space()
    if (this.#at < this.#text.length) this.#refuse('after top-level value')
  }

  #value(context = 'looking for beginning of value'): void {
    this.#space()
    const character = this.#text.charAt(this.#at)
    if (character === '{') this.#object()
    else if (character === '[') this.#list()
    else if (character === '"') this.#string()
    else if (character === '-' || isDigit(character)) this.#number()
    else if (character === 't') this.#literal('true')
    else if (character === 'f') this.#literal('false')
    else if (character === 'n') this.#literal('null')
    else this.#refuse(context)
  }

  #object(): void {
    this.#at++
    this.#space()
    if (this.#take('}')) return
    for (;;) {
      this.#space()
      if (this.#text.charAt(this.#at) !== '"') this.#refuse('looking for beginning of object key string')
      this.#string()
      this.#space()
      if (!this.#take(':')) this.#refuse('after object key')
      this.#value()
      this.#space()
      if (this.#take('}')) return
      if (!this.#take(',')) this.#refuse('after object key:value pair')
    }
  }

  #list(): void {
    this.#at++
    this.#space()
    if (this.#take(']')) return
    for (;;) {
      this.#value()
      this.#space()
      if (this.#take(']')) return
      if (!this.#take(',')) this.#refuse('after array element')
    }
  }

  #string(): void {
    for (this.#at++; ; this.#at++) {
      const character = this.#text.charAt(this.#at)
      if (character === '"') break
      if (character === '' || character < ' ') this.#refuse('in string literal')
      if (character === '\\') this.#escape()
    }
    this.#at++
  }

  #escape(): void {
    this.#at++
    const character = this.#text.charAt(this.#at)
    if (character !== 'u' && !'bfnrt\\/"'.includes(character || ' ')) this.#refuse('in string escape code')
    if (character !== 'u') return
    for (let digit = 0; digit < 4; digit++) {
      this.#at++
      if (!/^[0-9a-fA-F]$/.test(this.#text.charAt(this.#at))) this.#refuse(String.raw`in \u hexadecimal character escape`)
    }
  }

  #number(): void {
    if (this.#take('-') && !isDigit(this.#text.charAt(this.#at))) this.#refuse('in numeric literal')
    if (!this.#take('0')) this.#digits('in numeric literal')
    if (this.#take('.')) this.#digits('after decimal point in numeric literal')
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-')
      this.#digits('in exponent of numeric literal')
    }
  }

  #digits(context: string): void {
    if (!isDigit(this.#text.charAt(this.#at))) this.#refuse(context)
    while (isDigit(this.#text.charAt(this.#at))) this.#at++
  }

  #literal(word: string): void {
    for (let index = 0; index < word.length; index++, this.#at++) {
      const expected = word.charAt(index)
      if (this.#text.charAt(this.#at) !== expected) this.#refuse(`in literal ${word} (expecting '${expected}')`)
    }
  }

  /** Go reads bytes, and a blank after the end to see whether a number or a word is whole. */
  #character(context: string): string {
    const codePoint = this.#text.codePointAt(this.#at)
    if (codePoint === undefined) return /literal$|^in literal/.test(context) && context !== 'in string literal' ? ' ' : ''
    if (codePoint < 0x80) return String.fromCodePoint(codePoint)
    return String.fromCharCode(Number.parseInt(encodeURIComponent(String.fromCodePoint(codePoint)).slice(1, 3), 16))
  }

  #take(character: string): boolean {
    const isThere = this.#text.charAt(this.#at) === character
    if (isThere) this.#at++
    return isThere
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text.charAt(this.#at) || 'x')) this.#at++
  }

  #refuse(context: string): never {
    const character = this.#character(context)
    if (character === '') throw new Refusal('unexpected end of JSON input')
    const shown = character === "'" ? String.raw`'\''` : character === '"' ? `'"'` : `'${quote(character).slice(1, -1)}'`
    throw new Refusal(`invalid character ${shown} ${context}`)
  }
}

const isDigit = (character: string): boolean => character >= '0' && character <= '9' && character.length === 1
