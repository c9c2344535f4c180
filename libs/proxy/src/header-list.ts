import { FieldName } from './http1/field-name.ts'
import { type Head, REMOVED, REPLACED } from './http1/head.ts'

/** What a list is made of, for those who copy it as bytes. */
export interface HeaderParts {
  /** Fields as ranges of a received head; edits are marked there. */
  readonly head: Head | undefined
  /** New values of fields of the head, by index. */
  readonly values: readonly (string | undefined)[] | undefined
  /** Name, value, name, value... behind those of the head. */
  readonly fields: readonly string[]
}

/**
 * The header fields of one message: order, case and repeats stay as they came. Look-ups ignore case.
 *
 * A received list is byte ranges of the received head, and becomes text only where somebody asks: it is valid while its message is under way
 * (`clone` it to keep it).
 */
export class HeaderList {
  /** Parts of a list; the list keeps them. */
  static parts: (list: HeaderList) => HeaderParts

  static {
    HeaderList.parts = (list) => list.#parts()
  }

  #head: Head | undefined
  #values: (string | undefined)[] | undefined
  /** name, value, name, value... */
  #fields: string[]

  /** @param fields alternating names and values; the list takes the array over and changes it. */
  constructor(fields: string[] = []) {
    this.#fields = fields
  }

  /** The fields of a received head, which the list marks when it is changed. */
  static received(head: Head): HeaderList {
    const list = new HeaderList()
    list.#head = head
    return list
  }

  /** A list with one field per property of `record`, in its order. Throws a TypeError as `append` does. */
  static from(record: HeaderFields): HeaderList {
    const fields: string[] = []
    for (const name of Object.keys(record)) fields.push(name, requireValue(name, record[name] as string))
    return new HeaderList(fields)
  }

  /** Number of fields; a repeated name counts each time. */
  get size(): number {
    let received = 0
    if (this.#head !== undefined) for (let index = 0; index < this.#head.count; index++) if (this.#head.state[index] !== REMOVED) received++
    return received + this.#fields.length / 2
  }

  has(name: string): boolean {
    return (this.#head !== undefined && this.#head.find(FieldName.of(name), 0) >= 0) || this.#find(name, 0) >= 0
  }

  /** Value of the first field of that name, or undefined. */
  get(name: string): string | undefined {
    if (this.#head !== undefined) {
      const index = this.#head.find(FieldName.of(name), 0)
      if (index >= 0) return this.#value(this.#head, index)
    }
    const at = this.#find(name, 0)
    return at < 0 ? undefined : this.#fields[at + 1]
  }

  /** Values of all fields of that name in order; empty when there is none. */
  getAll(name: string): string[] {
    const values: string[] = []
    const head = this.#head
    if (head !== undefined) {
      const field = FieldName.of(name)
      for (let index = head.find(field, 0); index >= 0; index = head.find(field, index + 1)) values.push(this.#value(head, index))
    }
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + 2)) values.push(this.#fields[at + 1] as string)
    return values
  }

  /** True when some field of that name holds `token` as a member of its comma list, whatever the case. */
  hasToken(name: string, token: string): boolean {
    const head = this.#head
    if (head !== undefined) {
      const field = FieldName.of(name)
      for (let index = head.find(field, 0); index >= 0; index = head.find(field, index + 1)) {
        if (listHolds(this.#value(head, index), token)) return true
      }
    }
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + 2)) {
      if (listHolds(this.#fields[at + 1] as string, token)) return true
    }
    return false
  }

  /** Leaves exactly one field of that name: the first is replaced in its place (its spelling stays), later ones go; appended if new. */
  set(name: string, value: string): void {
    const head = this.#head
    const received = head === undefined ? -1 : head.find(FieldName.of(name), 0)
    if (head !== undefined && received >= 0) {
      this.#values ??= []
      this.#values[received] = requireValue(name, value)
      head.state[received] = REPLACED
      this.#removeReceived(head, name, received + 1)
      this.#removeFrom(name, 0)
      return
    }
    const first = this.#find(name, 0)
    if (first < 0) {
      this.append(name, value)
      return
    }
    this.#fields[first + 1] = requireValue(name, value)
    this.#removeFrom(name, first + 2)
  }

  /** Adds a field at the end, beside those that bear the same name. Throws a TypeError on a value with CR, LF, NUL or what is no single byte. */
  append(name: string, value: string): void {
    this.#fields.push(name, requireValue(name, value))
  }

  /** Removes all fields of that name; true when there was one. */
  remove(name: string): boolean {
    const received = this.#head !== undefined && this.#removeReceived(this.#head, name, 0)
    return this.#removeFrom(name, 0) || received
  }

  /** Calls `visit` for each field in order. The list must not be changed meanwhile. */
  forEach(visit: (name: string, value: string) => void): void {
    const head = this.#head
    if (head !== undefined) {
      for (let index = 0; index < head.count; index++) {
        if (head.state[index] !== REMOVED) visit(head.name(index), this.#value(head, index))
      }
    }
    const fields = this.#fields
    for (let at = 0; at < fields.length; at += 2) visit(fields[at] as string, fields[at + 1] as string)
  }

  /**
   * As `forEach`, for fields whose name `rename` has a name for: values of the others are never made text. The list must not be changed meanwhile.
   */
  forEachNamed(rename: (name: string) => string | undefined, visit: (name: string, value: string) => void): void {
    const head = this.#head
    if (head !== undefined) {
      for (let index = 0; index < head.count; index++) {
        if (head.state[index] === REMOVED) continue
        const name = rename(head.name(index))
        if (name !== undefined) visit(name, this.#value(head, index))
      }
    }
    const fields = this.#fields
    for (let at = 0; at < fields.length; at += 2) {
      const name = rename(fields[at] as string)
      if (name !== undefined) visit(name, fields[at + 1] as string)
    }
  }

  /** A list of its own that stays valid. */
  clone(): HeaderList {
    const fields: string[] = []
    this.forEach((name, value) => fields.push(name, value))
    return new HeaderList(fields)
  }

  /** The head goes back to where heads are kept; the list is empty from here on. */
  release(): void {
    const head = this.#head
    this.#head = undefined
    head?.give()
  }

  #parts(): HeaderParts {
    return { head: this.#head, values: this.#values, fields: this.#fields }
  }

  #value(head: Head, index: number): string {
    return this.#values?.[index] ?? head.value(index)
  }

  #removeReceived(head: Head, name: string, from: number): boolean {
    const field = FieldName.of(name)
    let index = head.find(field, from)
    if (index < 0) return false
    for (; index >= 0; index = head.find(field, index + 1)) head.state[index] = REMOVED
    return true
  }

  #find(name: string, from: number): number {
    const fields = this.#fields
    if (fields.length === 0) return -1
    const lower = name.toLowerCase()
    for (let at = from; at < fields.length; at += 2) {
      const field = fields[at] as string
      if (field.length === lower.length && (field === lower || field.toLowerCase() === lower)) return at
    }
    return -1
  }

  #removeFrom(name: string, from: number): boolean {
    let at = this.#find(name, from)
    if (at < 0) return false
    for (; at >= 0; at = this.#find(name, at)) this.#fields.splice(at, 2)
    return true
  }
}

/** Header fields for a local answer or an edit, each name once. */
export type HeaderFields = Readonly<Record<string, string>>

/** True when the comma list `value` has `token` (lower case) as a member, whatever the member's case. */
export function listHolds(value: string, token: string): boolean {
  if (value.length === token.length) return value.toLowerCase() === token
  if (value.indexOf(',') < 0) return trimmed(value).toLowerCase() === token
  return value.split(',').some((member) => trimmed(member).toLowerCase() === token)
}

/** `text` without the spaces and tabs around it. Unlike `trim` it leaves what only looks like white space, such as a no-break space. */
export function trimmed(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isBlank(text, from)) from++
  while (to > from && isBlank(text, to - 1)) to--
  return text.slice(from, to)
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

/** Characters beyond a byte would lose their upper half as they leave: of U+010A a line end would be left. */
// oxlint-disable-next-line no-control-regex
const forbidden = /[\r\n\0\u0100-\uffff]/

function requireValue(name: string, value: string): string {
  if (forbidden.test(value)) throw new TypeError(`header ${name}: value must not contain CR, LF, NUL or characters beyond U+00FF`)
  return value
}
