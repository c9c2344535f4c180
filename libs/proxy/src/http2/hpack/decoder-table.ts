import { errorCode } from '../codes.ts'
import { ConnectionFault } from '../connection-fault.ts'
import { Field } from './field.ts'
import { staticFields } from './static-table.ts'

const fixed = staticFields.map(([name, value]) => new Field(name, value))

/** The fields that a peer's indices name: those of the static table, then the dynamic ones, newest first (RFC 7541 2.3). */
export class DecoderTable {
  /** Oldest first, from `#oldest` on. */
  #entries: Field[] = []
  #oldest = 0
  #size = 0
  #limit: number

  /** @param limit bytes, as announced by SETTINGS_HEADER_TABLE_SIZE. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes by the count of RFC 7541 4.1. */
  get size(): number {
    return this.#size
  }

  get(index: number): Field {
    if (index <= fixed.length) {
      if (index > 0) return fixed[index - 1] as Field
    } else {
      const at = this.#entries.length - (index - fixed.length)
      if (at >= this.#oldest) return this.#entries[at] as Field
    }
    throw new ConnectionFault(errorCode.compression, `index ${index} is not in the table (RFC 7541 2.3.3)`)
  }

  add(field: Field): void {
    this.#entries.push(field)
    this.#size += field.size
    // One that is larger than the table empties it and is not in it itself (4.4).
    this.#evict()
  }

  resize(limit: number): void {
    this.#limit = limit
    this.#evict()
  }

  #evict(): void {
    while (this.#size > this.#limit) this.#size -= (this.#entries[this.#oldest++] as Field).size
    if (this.#oldest < 64 && this.#size > 0) return
    this.#entries.splice(0, this.#oldest)
    this.#oldest = 0
  }
}
