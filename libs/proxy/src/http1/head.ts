import { isNamed, kindOf, type FieldName } from './field-name.ts'
import { nameText } from './name-text.ts'

/** State of a field: as received, removed, or with another value. */
export const AS_RECEIVED = 0
export const REMOVED = 1
export const REPLACED = 2

/** Buffers up to this size stay with a head that is kept for the next message. */
const keptBytes = 4096
/** Heads that wait for a message; more than requests under way are never needed. */
const mostKept = 1024

/**
 * A received head: its bytes, and where in them the fields are. Offsets count from the start of the head (`base` in `bytes`). Nothing is copied to
 * strings before somebody asks. Taken from a pool, and given back when the message is over.
 */
export class Head {
  bytes: Buffer = none
  base = 0
  /** Bytes of the head, the empty line included. */
  length = 0
  /** Fields. */
  count = 0
  /** Per field: start and end of the name, start and end of the value. */
  at = new Int32Array(4 * 24)
  hash = new Int32Array(24)
  kind = new Uint8Array(24)
  state = new Uint8Array(24)
  /** A bit for each kind that occurs. */
  kinds = 0
  /** A bit for each hash (its lowest five bits) that occurs: most look-ups end here. */
  bloom = 0
  methodEnd = 0
  targetAt = 0
  targetEnd = 0
  /** The target holds a per cent sign. */
  escapes = false
  /** Start of the first field. */
  fieldsAt = 0
  minor = 1
  status = 0
  /** The head's own bytes, when it had to be gathered or outlives the read. */
  #store: Buffer = none

  #given = false

  static take(): Head {
    const head = kept.pop() ?? new Head()
    head.#given = false
    return head
  }

  /** Nobody may use the head after this. Throws when it was given back before: two messages would share it. */
  give(): void {
    if (this.#given) throw new Error('head: given back twice')
    this.#given = true
    this.bytes = none
    if (this.#store.length > keptBytes) this.#store = none
    if (kept.length < mostKept) kept.push(this)
  }

  clear(): void {
    this.count = this.kinds = this.bloom = this.fieldsAt = 0
    this.escapes = false
  }

  /** Room for `length` bytes of its own, of which the first `keep` stay. */
  gather(length: number, keep: number): Buffer {
    if (this.#store.length < length) {
      const larger = Buffer.allocUnsafeSlow(length <= 2048 ? 2048 : length * 2)
      if (keep > 0) this.#store.copy(larger, 0, 0, keep)
      this.#store = larger
    }
    return this.#store
  }

  /** Takes the head's bytes out of the buffer in which they came. */
  own(): void {
    const store = this.gather(this.length, 0)
    if (this.bytes === store) return
    this.bytes.copy(store, 0, this.base, this.base + this.length)
    this.bytes = store
    this.base = 0
  }

  /** Adds a field of `source`, whose head begins at `base`. */
  add(source: Buffer, base: number, nameAt: number, nameEnd: number, valueAt: number, valueEnd: number, hash: number): void {
    const index = this.count++
    if (index === this.hash.length) this.#grow()
    const { at } = this
    const place = index * 4
    at[place] = nameAt
    at[place + 1] = nameEnd
    at[place + 2] = valueAt
    at[place + 3] = valueEnd
    this.hash[index] = hash
    this.bloom |= 1 << (hash & 31)
    const kind = kindOf(source, base + nameAt, base + nameEnd, hash)
    this.kind[index] = kind
    this.kinds |= 1 << kind
    this.state[index] = AS_RECEIVED
  }

  #grow(): void {
    const size = this.hash.length * 2
    const { at, hash, kind, state } = this
    this.at = new Int32Array(size * 4)
    this.at.set(at)
    this.hash = new Int32Array(size)
    this.hash.set(hash)
    this.kind = new Uint8Array(size)
    this.kind.set(kind)
    this.state = new Uint8Array(size)
    this.state.set(state)
  }

  /** Index of the first field of that name at or after `from` that was not removed; -1 when there is none. */
  find(name: FieldName, from: number): number {
    if ((this.bloom & (1 << (name.hash & 31))) === 0) return -1
    const { hash, at, bytes, base, state } = this
    for (let index = from; index < this.count; index++) {
      if (hash[index] !== name.hash || state[index] === REMOVED) continue
      const place = index * 4
      if (isNamed(bytes, base + (at[place] as number), base + (at[place + 1] as number), name.bytes)) return index
    }
    return -1
  }

  /** Index of the first field of that kind, or -1. */
  findKind(kind: number): number {
    if ((this.kinds & (1 << kind)) === 0) return -1
    for (let index = 0; index < this.count; index++) if (this.kind[index] === kind) return index
    return -1
  }

  name(index: number): string {
    const { at, base } = this
    return nameText(this.bytes, base + (at[index * 4] as number), base + (at[index * 4 + 1] as number), this.hash[index] as number)
  }

  /** The value as received. */
  value(index: number): string {
    return this.text(this.at[index * 4 + 2] as number, this.at[index * 4 + 3] as number)
  }

  /** Bytes `[from..to)` of the head. */
  text(from: number, to: number): string {
    return this.bytes.toString('latin1', this.base + from, this.base + to)
  }

  /** End of the line of a field, its line end included. */
  lineEnd(index: number): number {
    return index + 1 < this.count ? (this.at[(index + 1) * 4] as number) : this.length - 2
  }
}

const none = Buffer.alloc(0)
const kept: Head[] = []
