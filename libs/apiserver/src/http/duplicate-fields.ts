/** Finds members that a JSON text names twice: JSON.parse keeps the last silently, Kubernetes tells (`fieldValidation`). */

/** Paths such as `metadata.name` of repeated members, in order, each once. `text` must be valid JSON. */
export function duplicateFields(text: string): string[] {
  const found: string[] = []
  const scan = new Scan(text, found)
  scan.value('')
  return [...new Set(found)]
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const CLOSE_BRACE = 0x7d
const CLOSE_BRACKET = 0x5d

class Scan {
  readonly #text: string
  readonly #found: string[]
  #at = 0

  constructor(text: string, found: string[]) {
    this.#text = text
    this.#found = found
  }

  value(path: string): void {
    this.#blank()
    const first = this.#text.charAt(this.#at)
    if (first === '{') this.#object(path)
    else if (first === '[') this.#array(path)
    else if (first === '"') this.#skipString()
    else while (this.#at < this.#text.length && !/[\s,\]}]/.test(this.#text.charAt(this.#at))) this.#at++
  }

  #object(path: string): void {
    this.#at++
    const names = new Set<string>()
    for (this.#blank(); this.#code() !== CLOSE_BRACE; this.#blank()) {
      if (this.#code() === COMMA) {
        this.#at++
        continue
      }
      const start = this.#at
      this.#skipString()
      const raw = this.#text.slice(start, this.#at)
      const name = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1)
      const here = path === '' ? name : `${path}.${name}`
      if (names.has(name)) this.#found.push(here)
      names.add(name)
      this.#blank()
      this.#at++
      this.value(here)
    }
    this.#at++
  }

  #array(path: string): void {
    this.#at++
    let index = 0
    for (this.#blank(); this.#code() !== CLOSE_BRACKET; this.#blank()) {
      if (this.#code() === COMMA) this.#at++
      else this.value(`${path}[${index++}]`)
    }
    this.#at++
  }

  #skipString(): void {
    for (this.#at++; this.#code() !== QUOTE; this.#at++) if (this.#code() === BACKSLASH) this.#at++
    this.#at++
  }

  #blank(): void {
    while (this.#code() <= 0x20) this.#at++
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at)
  }
}
