import { headerTableSize } from '../limits.ts'
import { encodeHuffman, huffmanSize } from './huffman.ts'
import type { FieldCode, NameCode } from './name-code.ts'
import { staticFields } from './static-table.ts'

/**
 * HPACK (RFC 7541) of one direction of a connection. A field goes into the peer's table when it is sent for the second time, on whatever connection:
 * what repeats costs a byte from then on, and what does not repeat leaves the table alone.
 */
export class FieldEncoder {
  /** The block that is being encoded is `out[0..at)`. Shared by all encoders: a block is written to its connection before the next one is begun. */
  static out: Buffer = Buffer.allocUnsafeSlow(8192)
  static at = 0
  readonly #indices = new Map<FieldCode, number>()
  /** Oldest first, from `#oldest` on. */
  #entries: FieldCode[] = []
  #oldest = 0
  /** Entries that were ever added. */
  #added = 0
  #size = 0
  #limit = headerTableSize
  /** Limits that the peer must be told of: the lowest since the last block, and the last; -1 for none. */
  #lowest = -1
  #announced = -1

  /** Bytes of the table, by the count of RFC 7541 4.1. */
  get size(): number {
    return this.#size
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE. Told to its decoder with the next block (4.2). */
  limit(bytes: number): void {
    const limit = Math.min(bytes, headerTableSize)
    if (limit === this.#limit && this.#announced < 0) return
    this.#lowest = this.#lowest < 0 ? limit : Math.min(this.#lowest, limit)
    this.#announced = limit
  }

  /** Begins a block. */
  begin(): void {
    FieldEncoder.at = 0
    if (this.#announced < 0) return
    if (this.#lowest < this.#announced) this.#resize(this.#lowest)
    this.#resize(this.#announced)
    this.#lowest = this.#announced = -1
  }

  #resize(limit: number): void {
    this.#limit = limit
    this.#evict(0)
    integer(0x20, 0x1f, limit)
  }

  /** Adds a field to the block. Characters of `value` are bytes. */
  field(name: NameCode, value: string, never = false): void {
    if (never || value.length < name.secretBelow) {
      literal(0x10, 0x0f, name, value, false)
      return
    }
    const code = name.known(value)
    if (code === undefined) literal(0, 0x0f, name, value, false)
    else if (code.staticIndex > 0) integer(0x80, 0x7f, code.staticIndex)
    else {
      const index = this.#indices.get(code)
      if (index !== undefined) integer(0x80, 0x7f, staticFields.length + this.#added - index)
      else if (code.size * 2 > this.#limit) literal(0, 0x0f, name, value, false)
      else this.#add(code)
    }
  }

  #add(code: FieldCode): void {
    this.#evict(code.size)
    literal(0x40, 0x3f, code.name, code.value, true)
    this.#indices.set(code, this.#added++)
    this.#entries.push(code)
    this.#size += code.size
  }

  /** Makes room for `bytes`. */
  #evict(bytes: number): void {
    while (this.#size + bytes > this.#limit) {
      const gone = this.#entries[this.#oldest++] as FieldCode
      this.#indices.delete(gone)
      this.#size -= gone.size
    }
    if (this.#oldest < 64) return
    this.#entries.splice(0, this.#oldest)
    this.#oldest = 0
  }
}

/** Gives room for `size` bytes at `FieldEncoder.at`. */
function room(size: number): Buffer {
  const { out, at } = FieldEncoder
  if (at + size <= out.length) return out
  const wider = Buffer.allocUnsafeSlow(Math.max(out.length * 2, at + size))
  out.copy(wider, 0, 0, at)
  FieldEncoder.out = wider
  return wider
}

/** RFC 7541 5.1: `mask` covers the prefix, `pattern` the bits before it. */
function integer(pattern: number, mask: number, value: number): void {
  const out = room(6)
  let { at } = FieldEncoder
  if (value < mask) out[at++] = pattern | value
  else {
    out[at++] = pattern | mask
    let rest = value - mask
    for (; rest >= 128; rest >>>= 7) out[at++] = (rest & 127) | 128
    out[at++] = rest
  }
  FieldEncoder.at = at
}

function literal(pattern: number, mask: number, name: NameCode, value: string, compress: boolean): void {
  integer(pattern, mask, name.staticIndex)
  if (name.staticIndex === 0) string(name.lower, compress)
  string(value, compress)
}

/** Compressing is for what is kept in the peer's table; for the rest it costs more time than its bytes. */
function string(text: string, compress: boolean): void {
  const { length } = text
  const coded = compress ? huffmanSize(text) : length
  if (coded < length) {
    integer(0x80, 0x7f, coded)
    FieldEncoder.at = encodeHuffman(text, room(coded), FieldEncoder.at)
    return
  }
  integer(0, 0x7f, length)
  const out = room(length)
  FieldEncoder.at += out.write(text, FieldEncoder.at, 'latin1')
}
