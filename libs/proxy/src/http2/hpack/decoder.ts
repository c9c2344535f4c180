import { errorCode } from '../codes.ts'
import { ConnectionFault } from '../connection-fault.ts'
import { headerBombFactor } from '../limits.ts'
import { DecoderTable } from './decoder-table.ts'
import { Field } from './field.ts'
import { decodeHuffman } from './huffman.ts'

/** What the decoded fields of one message may come to. */
export interface HeaderLimits {
  /** Bytes by the count of RFC 9113 6.5.2: name, value and 32 for each field. */
  readonly headBytes: number
  readonly headerCount: number
}

/** HPACK (RFC 7541) of one direction of a connection. What it has decoded is valid until the next `decode` of any decoder. */
export class FieldDecoder {
  /** Fields of the message decoded last, in order; `count` of them. Shared by all decoders: a message is dealt with before the next one is decoded. */
  static readonly fields: Field[] = []
  static count = 0
  readonly #table: DecoderTable
  readonly #tableLimit: number
  readonly #limits: HeaderLimits
  #at = 0
  #to = 0
  #bytes: Buffer = Buffer.alloc(0)
  /** The message came to more than the limits: its fields are not all there. The table is. */
  tooLarge = false
  /** Names that the peer wants never indexed (RFC 7541 6.2.3) in this message. */
  neverIndexed: Set<string> | undefined

  /** @param tableLimit what SETTINGS_HEADER_TABLE_SIZE announces, in bytes. */
  constructor(limits: HeaderLimits, tableLimit: number) {
    this.#limits = limits
    this.#tableLimit = tableLimit
    this.#table = new DecoderTable(tableLimit)
  }

  /** Decodes one whole block into `FieldDecoder.fields`. Throws a ConnectionFault: after an error in a block nothing after it can be read. */
  decode(bytes: Buffer, from: number, to: number): void {
    this.#bytes = bytes
    this.#at = from
    this.#to = to
    this.tooLarge = false
    this.neverIndexed = undefined
    const { fields } = FieldDecoder
    const { headBytes, headerCount } = this.#limits
    let count = 0
    let size = 0
    let begun = false
    while (this.#at < to) {
      const first = bytes[this.#at] as number
      let field: Field
      if (first & 0x80) field = this.#table.get(this.#integer(0x7f))
      else if (first & 0x40) {
        field = this.#literal(0x3f)
        this.#table.add(field)
      } else if (first & 0x20) {
        this.#resize(begun)
        continue
      } else {
        field = this.#literal(0x0f)
        if (first & 0x10) (this.neverIndexed ??= new Set()).add(field.name)
      }
      begun = true
      size += field.size
      if (size > headBytes || count === headerCount) {
        this.tooLarge = true
        if (size > headBytes * headerBombFactor)
          throw new ConnectionFault(errorCode.enhanceYourCalm, 'a header block is far over the announced size')
      } else fields[count++] = field
    }
    FieldDecoder.count = count
  }

  #resize(begun: boolean): void {
    if (begun) throw new ConnectionFault(errorCode.compression, 'a table size update behind fields (RFC 7541 4.2)')
    const limit = this.#integer(0x1f)
    if (limit > this.#tableLimit)
      throw new ConnectionFault(errorCode.compression, 'a table size update over the announced limit (RFC 7541 6.3)')
    this.#table.resize(limit)
  }

  #literal(mask: number): Field {
    const index = this.#integer(mask)
    const name = index === 0 ? this.#string() : this.#table.get(index).name
    return new Field(name, this.#string())
  }

  /** RFC 7541 5.1, with the prefix that `mask` covers. */
  #integer(mask: number): number {
    const bytes = this.#bytes
    let value = (bytes[this.#at++] as number) & mask
    if (value < mask) return value
    for (let shift = 0; ; shift += 7) {
      if (this.#at >= this.#to) throw truncated()
      const byte = bytes[this.#at++] as number
      // Nothing that is counted here comes near 2^28.
      if (shift > 21) throw new ConnectionFault(errorCode.compression, 'an integer is too large (RFC 7541 5.1)')
      value += (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  #string(): string {
    if (this.#at >= this.#to) throw truncated()
    const huffman = (this.#bytes[this.#at] as number) & 0x80
    const length = this.#integer(0x7f)
    const from = this.#at
    const to = from + length
    if (to > this.#to) throw truncated()
    this.#at = to
    if (length === 0) return ''
    return huffman ? decodeHuffman(this.#bytes, from, to) : this.#bytes.toString('latin1', from, to)
  }
}

function truncated(): ConnectionFault {
  return new ConnectionFault(errorCode.compression, 'a header block ends within a field')
}
