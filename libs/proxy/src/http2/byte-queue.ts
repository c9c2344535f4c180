/** A block for small pieces; larger pieces get one of their own size. */
const blockSize = 16 * 1024
const firstBlock = 512

/** Bytes that wait, copied into blocks: thousands of tiny pieces cost no more than their bytes. */
export class ByteQueue {
  #blocks: Buffer[] = []
  /** Index of the first block that holds something, and where in it the next byte is. */
  #first = 0
  #from = 0
  /** Where the last block ends. */
  #end = 0
  #size = 0

  /** Bytes that wait. */
  get size(): number {
    return this.#size
  }

  push(bytes: Uint8Array, from: number, to: number): void {
    let at = from
    this.#size += to - from
    const last = this.#blocks[this.#blocks.length - 1]
    if (last !== undefined && this.#end < last.length) {
      const part = Math.min(to - at, last.length - this.#end)
      last.set(bytes.subarray(at, at + part), this.#end)
      this.#end += part
      at += part
    }
    if (at === to) return
    const block = Buffer.allocUnsafeSlow(Math.max(to - at, Math.min(blockSize, Math.max(firstBlock, this.#size))))
    block.set(bytes.subarray(at, to))
    this.#blocks.push(block)
    this.#end = to - at
  }

  /** The bytes that are next, at most `most`; fewer where a block ends. They stay valid until `drop`. */
  peek(most: number): Buffer {
    const block = this.#blocks[this.#first] as Buffer
    const end = this.#first === this.#blocks.length - 1 ? this.#end : block.length
    return block.subarray(this.#from, Math.min(end, this.#from + most))
  }

  /** Lets the next `count` bytes go, which `peek` has given. */
  drop(count: number): void {
    this.#from += count
    this.#size -= count
    if (this.#size === 0) {
      this.#blocks = []
      this.#first = this.#from = this.#end = 0
      return
    }
    if (this.#from < (this.#blocks[this.#first] as Buffer).length) return
    this.#from = 0
    this.#first++
    if (this.#first < 32) return
    this.#blocks.splice(0, this.#first)
    this.#first = 0
  }
}
