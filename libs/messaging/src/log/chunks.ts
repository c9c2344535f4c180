/** Of a chunk, in bytes. */
export const chunkBytes = 256 << 10
const kept = 4

/** Buffers to read into. A few are kept: what is thrown away at each read is memory until the collector comes. */
export class Chunks {
  readonly #free: Buffer[] = []

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafe(chunkBytes)
  }

  /** Gives one back; nobody may read it any more. */
  give(chunk: Buffer): void {
    if (this.#free.length < kept) this.#free.push(chunk)
  }
}
