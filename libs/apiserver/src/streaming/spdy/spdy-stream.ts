/** One stream of a SPDY connection: bytes both ways, each half closed on its own. */
import type { Headers } from './header-block.ts'

/** What a stream needs of its connection. */
export interface StreamCarrier {
  /** Resolves when the transport took the bytes, or is gone. */
  sendData(stream: number, bytes: Uint8Array, fin: boolean): Promise<void>
  sendReset(stream: number): void
  /** Bytes were taken out of a stream's inbox. */
  drained(bytes: number): void
  /** Both halves are over. */
  closed(stream: number): void
}

export class SpdyStream implements AsyncIterable<Uint8Array> {
  readonly id: number
  readonly headers: Headers
  readonly #carrier: StreamCarrier
  readonly #inbox: Uint8Array[] = []
  #remoteOver = false
  #localOver = false
  #reset = false
  #wake: (() => void) | undefined

  constructor(id: number, headers: Headers, carrier: StreamCarrier) {
    this.id = id
    this.headers = headers
    this.#carrier = carrier
  }

  /** False once our half is over, or the stream was reset. */
  get writable(): boolean {
    return !this.#localOver
  }

  /** True when the peer broke the stream off. */
  get wasReset(): boolean {
    return this.#reset
  }

  /** What the peer sends, until its half is over. To be read once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        for (let bytes = this.#inbox.shift(); bytes !== undefined; bytes = this.#inbox.shift()) {
          this.#carrier.drained(bytes.length)
          yield bytes
        }
        if (this.#remoteOver) return
        await new Promise<void>((resolve) => (this.#wake = resolve))
        this.#wake = undefined
      }
    } finally {
      this.#discard()
    }
  }

  /** Sends; resolves when more is welcome. What is sent after our half is over is dropped. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#localOver || bytes.length === 0 ? Promise.resolve() : this.#carrier.sendData(this.id, bytes, false)
  }

  /** Our half is over. */
  end(): void {
    if (this.#localOver) return
    this.#localOver = true
    void this.#carrier.sendData(this.id, new Uint8Array(), true)
    this.#settle()
  }

  /** Breaks the stream off, both ways. */
  reset(): void {
    if (this.#localOver && this.#remoteOver) return
    this.#carrier.sendReset(this.id)
    this.over()
  }

  /** From the connection: bytes came. False when the peer had ended its half. */
  received(bytes: Uint8Array, fin: boolean): boolean {
    if (this.#remoteOver) return false
    // Copied: they are a part of a larger chunk that could be freed otherwise.
    if (bytes.length > 0) this.#inbox.push(Buffer.from(bytes))
    if (fin) this.#remoteOver = true
    this.#wake?.()
    if (fin) this.#settle()
    return true
  }

  /** From the connection: reset by the peer, or the connection is gone. */
  over(byPeer = false): void {
    this.#reset = byPeer
    this.#localOver = true
    this.#remoteOver = true
    this.#wake?.()
    this.#settle()
  }

  #settle(): void {
    if (this.#localOver && this.#remoteOver) this.#carrier.closed(this.id)
  }

  /** Nobody reads any more: what is here must not hold up the connection. */
  #discard(): void {
    for (const bytes of this.#inbox.splice(0)) this.#carrier.drained(bytes.length)
    this.#remoteOver = true
  }
}
