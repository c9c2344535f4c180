import { defaultWindow, errorCode } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'
import type { FrameWriter } from './frame-writer.ts'
import { mostHeldBytes } from './limits.ts'

/**
 * What the peer may send on all streams together (RFC 9113 6.9). It is opened again as bytes come, not as they are read, so that one slow reader does
 * not stop the others; only when very much is held does it stay shut.
 */
export class ConnectionWindow {
  readonly #writer: FrameWriter
  readonly #target: number
  #open = defaultWindow
  #held = 0

  /** @param target bytes; told to the peer by `begin`. */
  constructor(writer: FrameWriter, target: number) {
    this.#writer = writer
    this.#target = target
  }

  /** Bytes that streams hold for readers that do not take them. */
  get held(): number {
    return this.#held
  }

  /** Opens the window from the protocol's default. */
  begin(): void {
    this.#reopen(1)
  }

  /** A DATA frame of so many bytes, padding included, has come. */
  received(bytes: number): void {
    this.#open -= bytes
    if (this.#open < 0) throw new ConnectionFault(errorCode.flowControl, 'more data than the window of the connection (RFC 9113 6.9.1)')
  }

  /** Streams hold so many bytes more, or less. */
  holds(bytes: number): void {
    this.#held += bytes
    if (bytes < 0) this.settle()
  }

  /** Opens the window again when half of it is used. */
  settle(): void {
    this.#reopen(this.#target / 2)
  }

  #reopen(least: number): void {
    const increment = this.#target - this.#open - Math.max(0, this.#held - mostHeldBytes)
    if (increment < least) return
    this.#open += increment
    this.#writer.windowUpdate(0, increment)
  }
}
