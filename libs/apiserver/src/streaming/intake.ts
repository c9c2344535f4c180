/** Bytes from a socket until somebody reads them. The sender is held up while too much waits. */
import type { WebSocket } from 'ws'

const mostWaiting = 1024 * 1024

export class Intake implements AsyncIterable<Uint8Array> {
  readonly #from: Pick<WebSocket, 'pause' | 'resume'>
  readonly #items: Uint8Array[] = []
  #waiting = 0
  #ended = false
  #dropped = false
  #wake: (() => void) | undefined

  /** `from` is paused while more than 1 MiB waits. */
  constructor(from: Pick<WebSocket, 'pause' | 'resume'>) {
    this.#from = from
  }

  /** Adds bytes; ignored after {@link end}, and once nobody reads any more. */
  push(bytes: Uint8Array): void {
    if (this.#ended || this.#dropped || bytes.length === 0) return
    this.#items.push(bytes)
    this.#waiting += bytes.length
    if (this.#waiting > mostWaiting) this.#from.pause()
    this.#wake?.()
  }

  /** Nothing more comes: the reader finishes what is there. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** Nobody will read: what is here goes, and the sender is not held up any more. */
  drop(): void {
    this.#dropped = true
    this.#items.length = 0
    this.#waiting = 0
    this.#from.resume()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        for (let bytes = this.#items.shift(); bytes !== undefined; bytes = this.#items.shift()) {
          this.#waiting -= bytes.length
          if (this.#waiting <= mostWaiting / 2) this.#from.resume()
          yield bytes
        }
        if (this.#ended || this.#dropped) return
        await new Promise<void>((resolve) => (this.#wake = resolve))
        this.#wake = undefined
      }
    } finally {
      this.drop()
    }
  }
}
