/**
 * The header fields of one message: order, case and repeats stay as they came. Look-ups ignore case.
 *
 * The fields are reached through methods only, so that a parser may keep them as byte ranges of the received head.
 */
export class HeaderList {
  /** name, value, name, value... */
  readonly #fields: string[]

  /** @param fields alternating names and values; the list takes the array over and changes it. */
  constructor(fields: string[] = []) {
    this.#fields = fields
  }

  /** A list with one field per property of `record`, in its order. */
  static from(record: HeaderFields): HeaderList {
    const fields: string[] = []
    for (const name of Object.keys(record)) fields.push(name, record[name] as string)
    return new HeaderList(fields)
  }

  /** Number of fields; a repeated name counts each time. */
  get size(): number {
    return this.#fields.length / 2
  }

  has(name: string): boolean {
    return this.#find(name.toLowerCase(), 0) >= 0
  }

  /** Value of the first field of that name, or undefined. */
  get(name: string): string | undefined {
    const at = this.#find(name.toLowerCase(), 0)
    return at < 0 ? undefined : this.#fields[at + 1]
  }

  /** Values of all fields of that name in order; empty when there is none. */
  getAll(name: string): string[] {
    const lower = name.toLowerCase()
    const values: string[] = []
    for (let at = this.#find(lower, 0); at >= 0; at = this.#find(lower, at + 2)) values.push(this.#fields[at + 1] as string)
    return values
  }

  /** True when some field of that name holds `token` as a member of its comma list, whatever the case. */
  hasToken(name: string, token: string): boolean {
    const lower = name.toLowerCase()
    for (let at = this.#find(lower, 0); at >= 0; at = this.#find(lower, at + 2)) {
      if (listHolds(this.#fields[at + 1] as string, token)) return true
    }
    return false
  }

  /** Leaves exactly one field of that name: the first is replaced in its place (its spelling stays), later ones go; appended if new. */
  set(name: string, value: string): void {
    const lower = name.toLowerCase()
    const first = this.#find(lower, 0)
    if (first < 0) {
      this.append(name, value)
      return
    }
    this.#fields[first + 1] = requireValue(name, value)
    this.#removeFrom(lower, first + 2)
  }

  /** Adds a field at the end, beside those that bear the same name. Throws a TypeError on a value with CR, LF or NUL. */
  append(name: string, value: string): void {
    this.#fields.push(name, requireValue(name, value))
  }

  /** Removes all fields of that name; true when there was one. */
  remove(name: string): boolean {
    return this.#removeFrom(name.toLowerCase(), 0)
  }

  /** Calls `visit` for each field in order. The list must not be changed meanwhile. */
  forEach(visit: (name: string, value: string) => void): void {
    const fields = this.#fields
    for (let at = 0; at < fields.length; at += 2) visit(fields[at] as string, fields[at + 1] as string)
  }

  clone(): HeaderList {
    return new HeaderList(this.#fields.slice())
  }

  #find(lower: string, from: number): number {
    const fields = this.#fields
    for (let at = from; at < fields.length; at += 2) {
      const name = fields[at] as string
      if (name.length === lower.length && (name === lower || name.toLowerCase() === lower)) return at
    }
    return -1
  }

  #removeFrom(lower: string, from: number): boolean {
    let at = this.#find(lower, from)
    if (at < 0) return false
    for (; at >= 0; at = this.#find(lower, at)) this.#fields.splice(at, 2)
    return true
  }
}

/** Header fields for a local answer or an edit, each name once. */
export type HeaderFields = Readonly<Record<string, string>>

/** True when the comma list `value` has `token` (lower case) as a member, whatever the member's case. */
export function listHolds(value: string, token: string): boolean {
  if (value.length === token.length) return value.toLowerCase() === token
  if (value.indexOf(',') < 0) return value.trim().toLowerCase() === token
  return value.split(',').some((member) => member.trim().toLowerCase() === token)
}

// oxlint-disable-next-line no-control-regex
const forbidden = /[\r\n\0]/

function requireValue(name: string, value: string): string {
  if (forbidden.test(value)) throw new TypeError(`header ${name}: value must not contain CR, LF or NUL`)
  return value
}
