import type { Wire, WireOwner } from '../wire/wire.ts'

/** Keeps what a wire brings while the code that will serve it is being loaded. The wire is paused, so that is little. */
export class EarlyBytes implements WireOwner {
  readonly #wire: Wire
  #read: Buffer
  isClosed = false

  /** @param read what has been read already. */
  constructor(wire: Wire, read: Buffer) {
    this.#wire = wire
    this.#read = read
    wire.owner = this
    wire.pause()
  }

  /** What has come; the wire reads on, and needs another owner at once. */
  take(): Buffer {
    this.#wire.resume()
    return this.#read
  }

  received(bytes: Buffer, from: number, to: number): void {
    this.#read = Buffer.concat([this.#read, bytes.subarray(from, to)])
  }

  inputEnded(): void {
    // A client that ends its side at once is noticed when the session reads on.
  }

  drained(): void {
    // nothing was written
  }

  closed(): void {
    this.isClosed = true
  }
}
