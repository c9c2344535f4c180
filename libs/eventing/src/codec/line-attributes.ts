import { readNumber } from './numbers.ts'

/** Bytes before the lengths of the lines. */
export const headSize = 10
/** Bytes of a line beside name and value. */
export const lineExtra = 4

/** The attributes of a stored event, one of them hidden: looked for in its lines. A map is made only for who wants to see all. */
export class LineAttributes implements ReadonlyMap<string, string> {
  /** The hidden one's value. */
  readonly hidden: string | undefined
  /** Where its line is; 0 and 0 when there is none. */
  readonly hiddenFrom: number = 0
  readonly hiddenTo: number = 0
  readonly #bytes: Uint8Array
  readonly #text: string
  readonly #count: number
  #all: Map<string, string> | undefined

  constructor(bytes: Uint8Array, text: string, count: number, hidden: string) {
    this.#bytes = bytes
    this.#text = text
    this.#count = count
    const from = this.#find(hidden)
    if (from < 0) return
    this.hidden = text.slice(from, this.#end)
    this.hiddenFrom = from - headerLength(hidden) - 2
    this.hiddenTo = this.#end + 2
  }

  /** Where the value that was found last ends. */
  #end = 0

  get(name: string): string | undefined {
    if (this.#all !== undefined) return this.#all.get(name)
    const from = this.#find(name)
    return from < 0 || this.#end + 2 === this.hiddenTo ? undefined : this.#text.slice(from, this.#end)
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  get size(): number {
    return this.hidden === undefined ? this.#count : this.#count - 1
  }

  forEach(visit: (value: string, name: string, all: ReadonlyMap<string, string>) => void): void {
    for (const [name, value] of this.#map) visit(value, name, this)
  }

  entries(): MapIterator<[string, string]> {
    return this.#map.entries()
  }

  keys(): MapIterator<string> {
    return this.#map.keys()
  }

  values(): MapIterator<string> {
    return this.#map.values()
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.#map.entries()
  }

  /** Where the value of an attribute begins; -1: it is not there. */
  #find(name: string): number {
    const length = headerLength(name)
    const text = this.#text
    let at = 0
    for (let index = 0; index < this.#count; index++) {
      const header = readNumber(this.#bytes, headSize + 4 * index, 2)
      const value = at + header + 2
      const end = value + readNumber(this.#bytes, headSize + 4 * index + 2, 2)
      if (header === length && (name === ofContent ? text.startsWith(contentType, at) : text.startsWith(name, at + 3))) {
        this.#end = end
        return value
      }
      at = end + 2
    }
    return -1
  }

  get #map(): Map<string, string> {
    if (this.#all !== undefined) return this.#all
    const all = new Map<string, string>()
    const text = this.#text
    let at = 0
    for (let index = 0; index < this.#count; index++) {
      const header = readNumber(this.#bytes, headSize + 4 * index, 2)
      const length = readNumber(this.#bytes, headSize + 4 * index + 2, 2)
      const name = text.slice(at, at + header)
      const value = at + header + 2
      if (at !== this.hiddenFrom || this.hiddenTo === 0)
        all.set(name === contentType ? ofContent : name.slice(3), text.slice(value, value + length))
      at += header + length + lineExtra
    }
    this.#all = all
    return all
  }
}

const ofContent = 'datacontenttype'
const contentType = 'content-type'

const headerLength = (name: string): number => (name === ofContent ? contentType.length : name.length + 3)
