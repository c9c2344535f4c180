import { ByteQueue } from '../http2/byte-queue.ts'
import { type BufferPool, composing, composingLarge } from '../wire/buffers.ts'
import { flushLater, inTurn } from '../wire/turn.ts'
import { nobody, type Wire, type WireOwner } from '../wire/wire.ts'
import { frameData } from './frames.ts'

/** What a connection needs of its trunk. */
export interface TrunkLine {
  readonly wire: Wire
  data(id: number, bytes: Uint8Array, from: number, to: number): void
  end(id: number): void
  reset(id: number): void
  window(id: number, bytes: number): void
  /** The connection is closed; `reset` frames and the like that still come for it are nobody's fault. */
  forget(id: number): void
  /** Has `unblocked` called when the trunk's own wire takes bytes again. */
  await(wire: TrunkWire): void
  /** A long body comes by a connection. */
  bulky(): void
}

/**
 * One connection of a trunk. It behaves as a wire over a socket does: nothing calls its owner from within what the owner calls. Over 300 lines, because reading,
 * writing and going share its state, as the kernel's do of a socket.
 */
export class TrunkWire implements Wire {
  owner: WireOwner = nobody
  readonly id: number
  at = 0
  shared = false
  paused = false
  inputOver = false
  destroyed = false
  readonly #line: TrunkLine
  #out: Buffer | undefined
  #outPool: BufferPool | undefined
  #dirty = false
  #ended = false
  /** What the other side takes. */
  #sendWindow: number
  /** What waits for it. */
  #waiting: ByteQueue | undefined
  /** What the other side may send still, at first `#target`. */
  #window: number
  readonly #target: number
  #held: ByteQueue | undefined
  #pumping = false
  #peerEnded = false
  #peerGone = false
  /** What broke the trunk. */
  #error: NodeJS.ErrnoException | undefined

  /** @param sends bytes that the other side takes at first; `takes`: that this side takes. */
  constructor(id: number, line: TrunkLine, sends: number, takes: number) {
    this.id = id
    this.#line = line
    this.#sendWindow = sends
    this.#window = this.#target = takes
  }

  // ---- from the trunk

  /** The head of a frame with so many bytes has come; false when the other side may not send them. */
  expect(bytes: number): boolean {
    this.#window -= bytes
    return this.#window >= 0 && !this.#peerEnded
  }

  receive(bytes: Buffer, from: number, to: number): void {
    if (this.destroyed) return
    if (this.paused || this.#held !== undefined) {
      this.#held ??= new ByteQueue()
      this.#held.push(bytes, from, to)
      return
    }
    this.owner.received(bytes, from, to)
    this.#taken()
  }

  /** Opens the window again when half of it is used, by all but what is held. */
  #taken(): void {
    const more = this.#target - this.#window - (this.#held?.size ?? 0)
    if (more * 2 < this.#target || this.destroyed || this.#peerEnded || this.#peerGone) return
    this.#window += more
    this.#line.window(this.id, more)
  }

  receiveEnd(): void {
    this.#peerEnded = true
    if (this.#held === undefined && !this.paused) this.#endInput()
  }

  #endInput(): void {
    if (this.inputOver || this.destroyed) return
    this.inputOver = true
    this.owner.inputEnded()
    if (this.#ended && this.#waiting === undefined) this.#close(undefined)
  }

  receiveReset(): void {
    this.broken(undefined)
  }

  /** The other side, or the trunk, is gone. What was received before is delivered first, as by a socket. */
  broken(error: NodeJS.ErrnoException | undefined): void {
    this.#peerGone = true
    this.#error = error
    this.#waiting = undefined
    if (this.#held === undefined) this.#close(error)
    // Who waits to write more may be whom the rest of the reading waits for.
    else this.owner.drained()
  }

  receiveWindow(bytes: number): void {
    this.#sendWindow += bytes
    if (this.#waiting === undefined) return
    this.#sendWaiting()
    if (this.#waiting === undefined && !this.congested) this.owner.drained()
  }

  /** The trunk's wire takes bytes again. */
  unblocked(): void {
    if (!this.destroyed && !this.congested) this.owner.drained()
  }

  // ---- reading

  pause(): void {
    this.paused = true
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    if (this.#held !== undefined || this.#peerEnded) this.#pumpSoon()
  }

  #pumpSoon(): void {
    if (this.#pumping) return
    this.#pumping = true
    queueMicrotask(() => {
      this.#pumping = false
      inTurn(() => this.#pump())
    })
  }

  #pump(): void {
    const held = this.#held
    while (held !== undefined && held.size > 0) {
      if (this.paused || this.destroyed) return
      const bytes = held.peek(frameData)
      this.owner.received(bytes, 0, bytes.length)
      held.drop(bytes.length)
      this.#taken()
    }
    if (this.destroyed) return
    this.#held = undefined
    if (this.#peerGone) this.#close(this.#error)
    else if (this.#peerEnded && !this.paused) this.#endInput()
  }

  get bulk(): boolean {
    return false
  }

  set bulk(long: boolean) {
    if (long) this.#line.bulky()
  }

  // ---- writing

  reserve(size: number): Buffer {
    const out = this.#out
    if (out !== undefined && this.at + size <= out.length) return out
    return this.#moreRoom(size)
  }

  #moreRoom(size: number): Buffer {
    if (this.at > 0 && this.at + size > composingLarge.size) this.flush()
    const composed = this.#out
    const need = this.at + size
    const pool = need <= composing.size ? composing : composingLarge
    const out = need <= pool.size ? pool.take() : Buffer.allocUnsafeSlow(need)
    if (composed !== undefined) {
      composed.copy(out, 0, 0, this.at)
      this.#outPool?.give(composed)
    }
    this.#out = out
    this.#outPool = pool
    return out
  }

  commit(): void {
    if (this.#dirty) return
    this.#dirty = true
    if (!flushLater(this)) this.flush()
  }

  write(bytes: Uint8Array, from = 0, to = bytes.length): void {
    const size = to - from
    if (size === 0) return
    if (size >= frameData) {
      this.flush()
      this.#send(bytes, from, to)
      return
    }
    const out = this.reserve(size)
    if (bytes instanceof Buffer) bytes.copy(out, this.at, from, to)
    else out.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.at)
    this.at += size
    this.commit()
  }

  writeText(text: string): void {
    const out = this.reserve(text.length)
    this.at += out.write(text, this.at, 'latin1')
    this.commit()
  }

  flush(): void {
    this.#dirty = false
    const out = this.#out
    const size = this.at
    if (out === undefined) return
    this.#out = undefined
    this.at = 0
    if (size > 0) this.#send(out, 0, size)
    this.#outPool?.give(out)
    this.#outPool = undefined
  }

  #send(bytes: Uint8Array, from: number, to: number): void {
    if (this.destroyed || this.#ended || this.#peerGone) return
    let at = from
    while (this.#waiting === undefined && at < to && this.#sendWindow > 0) {
      const size = Math.min(to - at, this.#sendWindow, frameData)
      this.#line.data(this.id, bytes, at, at + size)
      this.#sendWindow -= size
      at += size
    }
    if (at === to) return
    this.#waiting ??= new ByteQueue()
    this.#waiting.push(bytes, at, to)
  }

  #sendWaiting(): void {
    const waiting = this.#waiting
    if (waiting === undefined) return
    while (waiting.size > 0 && this.#sendWindow > 0) {
      const bytes = waiting.peek(Math.min(this.#sendWindow, frameData))
      this.#line.data(this.id, bytes, 0, bytes.length)
      this.#sendWindow -= bytes.length
      waiting.drop(bytes.length)
    }
    if (waiting.size > 0) return
    this.#waiting = undefined
    if (this.#ended) this.#sendEnd()
  }

  get congested(): boolean {
    // Nobody takes what is written.
    if (this.#peerGone) return false
    if (this.#waiting !== undefined) return true
    if (!this.#line.wire.congested) return false
    this.#line.await(this)
    return true
  }

  // ---- going

  end(): void {
    this.flush()
    if (this.#ended || this.destroyed) return
    this.#ended = true
    if (this.#waiting === undefined) this.#sendEnd()
  }

  #sendEnd(): void {
    if (this.#peerGone) return
    this.#line.end(this.id)
    if (this.inputOver) this.#closeSoon()
  }

  destroy(): void {
    if (this.destroyed) return
    const over = this.#peerGone || (this.inputOver && this.#ended && this.#waiting === undefined)
    if (!over) this.#line.reset(this.id)
    this.#closeSoon()
  }

  #closeSoon(): void {
    if (this.#leaveTrunk()) queueMicrotask(() => inTurn(() => this.owner.closed(undefined)))
  }

  #close(error: NodeJS.ErrnoException | undefined): void {
    if (this.#leaveTrunk()) this.owner.closed(error)
  }

  /** False when it was closed before. */
  #leaveTrunk(): boolean {
    if (this.destroyed) return false
    this.destroyed = true
    if (this.#out !== undefined) this.#outPool?.give(this.#out)
    this.#out = this.#held = this.#waiting = undefined
    this.at = 0
    this.#line.forget(this.id)
    return true
  }

  get remoteAddress(): string {
    return this.#line.wire.remoteAddress
  }

  get remotePort(): number {
    return this.#line.wire.remotePort
  }

  get localAddress(): string {
    return this.#line.wire.localAddress
  }

  get localPort(): number {
    return this.#line.wire.localPort
  }

  get secure(): boolean {
    return this.#line.wire.secure
  }
}
