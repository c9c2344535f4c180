import type { Socket } from 'node:net'
import { plainAddress } from '../plain-address.ts'
import { type BufferPool, bulkReads, composing, composingLarge, sharedRead } from './buffers.ts'
import { enterTurn, flushAfterAll, flushLater, leaveTurn } from './turn.ts'
import { nobody, type Wire, type WireOwner } from './wire.ts'

/** From here on a piece of a body is handed to the kernel from where it was read: the copy would cost more than the second write. */
const writeThroughBytes = 32 * 1024

/** The wire whose read is being dealt with, when it reads into a buffer of its own. */
let bulkReader: SocketWire | undefined

/** A wire over a socket of node:net or node:tls, by its public interface. */
export class SocketWire implements Wire {
  owner: WireOwner = nobody
  readonly socket: Socket
  at = 0
  bulk = false
  shared = false
  paused = false
  inputOver = false
  #out: Buffer | undefined
  #outPool: BufferPool | undefined
  #dirty = false
  #congested = false
  /** Buffers that a write under way still needs. */
  #lent: { readonly buffer: Buffer; readonly pool: BufferPool }[] = []
  #read: Buffer = sharedRead
  #error: NodeJS.ErrnoException | undefined
  /** Asked for with each request; empty until then, and when the peer had gone. */
  #remoteAddress = ''
  readonly #reads: boolean

  /** @param reads the socket calls `onRead` by itself (the `onread` option); else its `data` events are used. */
  constructor(socket: Socket, reads: boolean) {
    this.socket = socket
    this.#reads = reads
    if (!reads) socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
  }

  // ---- reading

  /** The `buffer` of the socket's onread option. */
  readonly readBuffer = (): Buffer => this.#read

  /** The `callback` of the socket's onread option. */
  readonly onRead = (size: number, bytes: Uint8Array): boolean => {
    this.#received(bytes as Buffer, size)
    return true
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#read = bytes
    this.#received(bytes, bytes.length)
    this.#read = sharedRead
  }

  #received(bytes: Buffer, size: number): void {
    const before = bulkReader
    bulkReader = this.#read === sharedRead ? undefined : this
    enterTurn()
    try {
      this.owner.received(bytes, 0, size)
    } finally {
      leaveTurn()
      bulkReader = before
      if (this.#reads) this.#chooseBuffer()
    }
  }

  #chooseBuffer(): void {
    if (this.bulk === (this.#read !== sharedRead)) return
    if (this.bulk) this.#read = bulkReads.take()
    else {
      bulkReads.give(this.#read)
      this.#read = sharedRead
    }
  }

  /** A write of ours keeps the bytes that were read: the next read needs another buffer. Data events bring a buffer of their own each. */
  #lendRead(): Buffer | undefined {
    if (!this.#reads) return undefined
    const lent = this.#read
    this.#read = bulkReads.take()
    return lent
  }

  pause(): void {
    if (this.paused) return
    this.paused = true
    this.socket.pause()
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    if (!this.socket.destroyed) this.socket.resume()
  }

  // ---- writing

  reserve(size: number): Buffer {
    const out = this.#out
    if (out !== undefined && this.at + size <= out.length) return out
    return this.#moreRoom(size)
  }

  #moreRoom(size: number): Buffer {
    const composed = this.#out
    const need = this.at + size
    if (composed !== undefined && (need > composingLarge.size || this.at > writeThroughBytes)) this.flush()
    const at = this.at
    const pool = at + size <= composing.size ? composing : composingLarge
    const out = at + size <= pool.size ? pool.take() : Buffer.allocUnsafeSlow(at + size)
    if (at > 0 && composed !== undefined) {
      composed.copy(out, 0, 0, at)
      this.#outPool?.give(composed)
    }
    this.#out = out
    this.#outPool = pool
    return out
  }

  commit(): void {
    if (this.#dirty) return
    this.#dirty = true
    if (this.shared) flushAfterAll(this)
    else if (!flushLater(this)) this.flush()
  }

  write(bytes: Uint8Array, from = 0, to = bytes.length): void {
    const size = to - from
    if (size >= writeThroughBytes && bulkReader !== undefined && bulkReader.#holds(bytes)) {
      this.#writeThrough(bytes, from, to)
      return
    }
    if (size === 0) return
    const out = this.reserve(size)
    if (bytes instanceof Buffer) bytes.copy(out, this.at, from, to)
    else out.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.at)
    this.at += size
    this.commit()
  }

  #holds(bytes: Uint8Array): boolean {
    return bytes.buffer === this.#read.buffer
  }

  #writeThrough(bytes: Uint8Array, from: number, to: number): void {
    this.flush()
    if (this.socket.destroyed || this.socket.writableEnded) return
    this.socket.write(bytes.subarray(from, to))
    if (this.socket.writableLength === 0) return
    const buffer = bulkReader === undefined ? undefined : bulkReader.#lendRead()
    if (buffer !== undefined) this.#lent.push({ buffer, pool: bulkReads })
    this.#awaitDrain()
  }

  writeText(text: string): void {
    const out = this.reserve(text.length)
    this.at += out.write(text, this.at, 'latin1')
    this.commit()
  }

  flush(): void {
    this.#dirty = false
    const size = this.at
    const out = this.#out
    if (size === 0 || out === undefined) return
    const pool = this.#outPool as BufferPool
    this.at = 0
    this.#out = undefined
    this.#outPool = undefined
    if (this.socket.destroyed || this.socket.writableEnded) {
      pool.give(out)
      return
    }
    this.socket.write(size === out.length ? out : out.subarray(0, size))
    // Nothing is queued: the kernel has it all, and the buffer is ours again.
    if (this.socket.writableLength === 0) pool.give(out)
    else {
      this.#lent.push({ buffer: out, pool })
      this.#awaitDrain()
    }
  }

  get congested(): boolean {
    return this.#congested
  }

  #awaitDrain(): void {
    if (this.#congested) return
    this.#congested = true
    // An empty write is called back when all before it has left, whatever the high-water mark says.
    this.socket.write('', this.#onWritten)
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error || this.socket.destroyed) return
    this.#congested = false
    if (this.socket.writableLength > 0) {
      this.#awaitDrain()
      return
    }
    for (const { buffer, pool } of this.#lent) pool.give(buffer)
    this.#lent = []
    enterTurn()
    try {
      this.owner.drained()
    } finally {
      leaveTurn()
    }
  }

  // ---- going

  end(): void {
    this.flush()
    if (!this.socket.destroyed) this.socket.end()
  }

  destroy(): void {
    this.socket.destroy()
  }

  get destroyed(): boolean {
    return this.socket.destroyed
  }

  readonly #onEnd = (): void => {
    this.inputOver = true
    enterTurn()
    try {
      this.owner.inputEnded()
    } finally {
      leaveTurn()
    }
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    this.#error = error
  }

  readonly #onClose = (): void => {
    this.#lent = []
    this.#out = undefined
    this.at = 0
    if (this.#reads && this.#read !== sharedRead) bulkReads.give(this.#read)
    this.#read = sharedRead
    enterTurn()
    try {
      this.owner.closed(this.#error)
    } finally {
      leaveTurn()
    }
  }

  get remoteAddress(): string {
    return (this.#remoteAddress ||= plainAddress(this.socket.remoteAddress))
  }

  get remotePort(): number {
    return this.socket.remotePort ?? 0
  }

  get localAddress(): string {
    return plainAddress(this.socket.localAddress)
  }

  get localPort(): number {
    return this.socket.localPort ?? 0
  }

  get secure(): boolean {
    return 'encrypted' in this.socket
  }
}
