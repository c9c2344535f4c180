/** The buffers that all wires of a thread share. */

/** Reads of connections that are between bodies go here: a request or response with a body up to this size is one read. */
export const sharedRead = Buffer.allocUnsafeSlow(128 * 1024)

/** A few kept buffers of one size: taken when needed, given back when free. */
export class BufferPool {
  readonly size: number
  readonly #kept: Buffer[] = []
  readonly #most: number

  constructor(size: number, most: number) {
    this.size = size
    this.#most = most
  }

  take(): Buffer {
    return this.#kept.pop() ?? Buffer.allocUnsafeSlow(this.size)
  }

  /** Nobody may use the buffer after this. One of another size is let go. */
  give(buffer: Buffer): void {
    if (this.#kept.length < this.#most && buffer.length === this.size) this.#kept.push(buffer)
  }
}

/** Where heads and short bodies are composed. */
export const composing = new BufferPool(16 * 1024, 64)
/** Where a head and a body that came in one read are composed. */
export const composingLarge = new BufferPool(160 * 1024, 16)
/** Where the rest of a long body is read. */
export const bulkReads = new BufferPool(256 * 1024, 32)
