import { errorCode } from '../codes.ts'
import { ConnectionFault } from '../connection-fault.ts'
import { endOfString, type HuffmanCode, huffmanCode } from './huffman-code.ts'

let code: HuffmanCode | undefined
/**
 * Rows of 256 entries, one row for each prefix of whole bytes that is longer than some code; row 0 is the root. An entry is what the next 8 bits mean:
 * a symbol and how many of the bits it took (`symbol << 4 | bits`), or, negative, the row to go on with.
 */
let rows: Int32Array | undefined
let text = Buffer.alloc(0)

function codeTable(): HuffmanCode {
  code ??= huffmanCode()
  return code
}

function decodingRows(): Int32Array {
  const { codes, bits } = codeTable()
  let table = new Int32Array(256)
  let used = 1
  for (let symbol = 0; symbol <= endOfString; symbol++) {
    const value = codes[symbol] as number
    let left = bits[symbol] as number
    let row = 0
    for (; left > 8; left -= 8) {
      const at = row * 256 + ((value >>> (left - 8)) & 255)
      if (table[at] === 0) {
        if ((used + 1) * 256 > table.length) {
          const wider = new Int32Array(table.length * 2)
          wider.set(table)
          table = wider
        }
        table[at] = -used++
      }
      row = -(table[at] as number)
    }
    // Every byte that begins with the rest of the code.
    const first = (value << (8 - left)) & 255
    table.fill((symbol << 4) | left, row * 256 + first, row * 256 + first + (1 << (8 - left)))
  }
  return table.slice(0, used * 256)
}

function fault(): ConnectionFault {
  return new ConnectionFault(errorCode.compression, 'a Huffman-coded string is not one (RFC 7541 5.2)')
}

/** The string that `bytes[from..to)` code, a character for each byte. Throws a ConnectionFault where the padding is wrong or the end of string is coded. */
export function decodeHuffman(bytes: Buffer, from: number, to: number): string {
  rows ??= decodingRows()
  const table = rows
  // The shortest code has 5 bits.
  const most = Math.ceil(((to - from) * 8) / 5)
  if (most > text.length) text = Buffer.allocUnsafeSlow(Math.max(most, 512))
  const out = text
  let size = 0
  let row = 0
  let held = 0
  let count = 0
  /** Bits since the last whole symbol. */
  let open = 0
  for (let at = from; at < to; at++) {
    held = ((held << 8) | (bytes[at] as number)) & 0xffff
    count += 8
    open += 8
    while (count >= 8) {
      const entry = table[row + ((held >>> (count - 8)) & 255)] as number
      if (entry < 0) {
        row = -entry << 8
        count -= 8
      } else {
        const symbol = entry >>> 4
        if (symbol === endOfString) throw fault()
        out[size++] = symbol
        count -= entry & 15
        open = count
        row = 0
      }
    }
  }
  // What is left is shorter than a byte: the last symbols, then padding of ones.
  while (count > 0) {
    const entry = table[row + ((held << (8 - count)) & 255)] as number
    if (entry < 0 || (entry & 15) > count) break
    if (entry >>> 4 === endOfString) throw fault()
    out[size++] = entry >>> 4
    count -= entry & 15
    open = count
    row = 0
  }
  // Padding is the begin of the end of string, shorter than a byte (5.2).
  if (open > 7 || (held & ((1 << open) - 1)) !== (1 << open) - 1) throw fault()
  return out.toString('latin1', 0, size)
}

/** Bytes that `value` needs Huffman-coded. */
export function huffmanSize(value: string): number {
  const { bits } = codeTable()
  let total = 0
  for (let at = 0; at < value.length; at++) total += bits[value.charCodeAt(at) & 255] as number
  return (total + 7) >>> 3
}

/** Writes `value`, whose characters are bytes, to `out` at `at`; gives where it ends. The caller has made room for `huffmanSize` bytes. */
export function encodeHuffman(value: string, out: Buffer, at: number): number {
  const { codes, bits } = codeTable()
  let end = at
  let held = 0
  let count = 0
  for (let index = 0; index < value.length; index++) {
    const symbol = value.charCodeAt(index) & 255
    let left = bits[symbol] as number
    const coded = codes[symbol] as number
    // At most 8 bits at a time: `held` never has more than 15.
    while (left > 0) {
      const part = Math.min(left, 8)
      left -= part
      held = (held << part) | ((coded >>> left) & ((1 << part) - 1))
      count += part
      if (count >= 8) {
        count -= 8
        out[end++] = held >>> count
        held &= (1 << count) - 1
      }
    }
  }
  if (count > 0) out[end++] = ((held << (8 - count)) | ((1 << (8 - count)) - 1)) & 255
  return end
}
