/** Texts that nobody reads at the moment, compressed together: objects of one kind are much alike, and take a tenth of their room so. */
import { Buffer } from 'node:buffer'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Level 1 takes as long as copying the text a few times; higher ones gain next to nothing on JSON. */
const compression = { chunkSize: 16 << 10, params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** Blocks that stay open for the next reader: neighbours are read together. */
const mostOpen = 16

interface Block {
  readonly compressed: Uint8Array
  readonly length: number
}

/** One of the texts of a block. */
export interface PackedText {
  readonly block: Block
  readonly from: number
  readonly to: number
}

/** Compresses `texts` together; gives one handle each, for {@link OpenBlocks.read}. */
export function pack(texts: readonly string[]): PackedText[] {
  const all = Buffer.from(texts.join(''))
  // A copy: what zlib returns is a view of a larger buffer.
  const block = { compressed: new Uint8Array(zstdCompressSync(all, compression)), length: all.length }
  let at = 0
  return texts.map((text) => ({ block, from: at, to: (at += Buffer.byteLength(text)) }))
}

/** Reads packed texts. What one turn of the event loop opens stays open until its end, so that a list opens each block once; a few stay longer. */
export class OpenBlocks {
  readonly #open = new Map<Block, Buffer>()
  #closing = false

  read({ block, from, to }: PackedText): string {
    let bytes = this.#open.get(block)
    if (bytes === undefined) {
      bytes = zstdDecompressSync(block.compressed, { chunkSize: Math.max(block.length, 64) })
      this.#open.set(block, bytes)
      if (this.#open.size > mostOpen && !this.#closing) {
        this.#closing = true
        setImmediate(() => this.#close())
      }
    }
    return bytes.toString('utf8', from, to)
  }

  #close(): void {
    this.#closing = false
    for (const block of this.#open.keys()) {
      if (this.#open.size <= mostOpen) return
      this.#open.delete(block)
    }
  }
}
