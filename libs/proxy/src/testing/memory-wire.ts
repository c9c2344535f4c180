import { enterTurn, flushLater, leaveTurn } from '../wire/turn.ts'
import { nobody, type Wire, type WireOwner } from '../wire/wire.ts'

/** What reads go through, as with sockets: whoever keeps a piece without copying it will find it spoiled. */
const shared = Buffer.alloc(16 * 1024)
const spoiled = 0xaa
let ports = 0

/** A connection in memory: a test delivers bytes in the pieces of its choice, and reads what was written. */
export class MemoryWire implements Wire {
  owner: WireOwner = nobody
  at = 0
  bulk = false
  shared = false
  paused = false
  inputOver = false
  destroyed = false
  readonly remoteAddress = '127.0.0.1'
  readonly remotePort = ++ports
  readonly localAddress = '127.0.0.1'
  readonly localPort = 80
  readonly secure = false
  /** Our side has ended its output. */
  ended = false
  /** Flushes so far: each would be a system call. */
  flushes = 0
  readonly #written: Buffer[] = []
  readonly #waiting: Buffer[] = []
  #out = Buffer.allocUnsafe(4096)
  #dirty = false
  #inputEnds = false
  #pumping = false
  #closed = false

  /** Everything written and flushed, one character a byte. */
  get output(): string {
    return Buffer.concat(this.#written).toString('latin1')
  }

  /** Bytes of the other side that have not been read. */
  get unread(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0)
  }

  // ---- the other side

  /** The other side sends bytes; they come at once, or when the wire is resumed. */
  deliver(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; from += shared.length) this.#waiting.push(bytes.subarray(from, from + shared.length))
    this.#pump()
  }

  /** The other side ends its output, behind what it has sent. */
  endInput(): void {
    this.#inputEnds = true
    this.#pump()
  }

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    while (!this.paused && !this.destroyed && this.#waiting.length > 0) this.#receive(this.#waiting.shift() as Buffer)
    this.#pumping = false
    if (!this.paused && !this.destroyed && this.#inputEnds && !this.inputOver) {
      this.inputOver = true
      this.#turn(() => this.owner.inputEnded())
      this.#closeWhenOver()
    }
  }

  #receive(piece: Buffer): void {
    const size = piece.copy(shared)
    this.#turn(() => this.owner.received(shared, 0, size))
    shared.fill(spoiled, 0, size)
  }

  #turn(action: () => void): void {
    enterTurn()
    try {
      action()
    } finally {
      leaveTurn()
    }
  }

  // ---- the wire

  pause(): void {
    this.paused = true
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    // A socket delivers from the event loop, never from within `resume`.
    queueMicrotask(() => this.#pump())
  }

  congested = false

  reserve(size: number): Buffer {
    // A socket sends what was composed when its buffer is full.
    if (this.at > 0 && this.at + size > this.#out.length) this.flush()
    if (this.at + size > this.#out.length) {
      const larger = Buffer.allocUnsafe((this.at + size) * 2)
      this.#out.copy(larger, 0, 0, this.at)
      this.#out = larger
    }
    return this.#out
  }

  commit(): void {
    if (this.#dirty) return
    this.#dirty = true
    if (!flushLater(this)) this.flush()
  }

  write(bytes: Uint8Array, from = 0, to = bytes.length): void {
    const out = this.reserve(to - from)
    out.set(bytes.subarray(from, to), this.at)
    this.at += to - from
    this.commit()
  }

  writeText(text: string): void {
    const out = this.reserve(text.length)
    this.at += out.write(text, this.at, 'latin1')
    this.commit()
  }

  flush(): void {
    this.#dirty = false
    if (this.at === 0) return
    if (!this.destroyed && !this.ended) {
      this.#written.push(Buffer.from(this.#out.subarray(0, this.at)))
      this.flushes++
    }
    this.#out.fill(spoiled, 0, this.at)
    this.at = 0
  }

  end(): void {
    this.flush()
    this.ended = true
    this.#closeWhenOver()
  }

  destroy(): void {
    this.destroyed = true
    this.#close()
  }

  #closeWhenOver(): void {
    if (!this.ended || !this.inputOver) return
    this.destroyed = true
    this.#close()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    queueMicrotask(() => this.#turn(() => this.owner.closed(undefined)))
  }
}
