import type { Wire, WireOwner } from '../wire/wire.ts'
import { frameHead, frameKind } from './frames.ts'
import type { TrunkLine, TrunkWire } from './trunk-wire.ts'

/** What the two sides of a trunk have in common: frames, and the connections that are open. */
export abstract class Trunk implements WireOwner, TrunkLine {
  readonly wire: Wire
  protected readonly connections = new Map<number, TrunkWire>()
  readonly #head = Buffer.alloc(frameHead)
  /** Bytes of `#head` that have come; 0 between frames. */
  #headAt = 0
  /** Bytes of a data frame that are to come, and whose they are. */
  #left = 0
  #reading: TrunkWire | undefined
  #blocked = new Set<TrunkWire>()

  constructor(wire: Wire) {
    this.wire = wire
    wire.shared = true
    wire.owner = this
  }

  /** The other side opens a connection. */
  protected abstract opened(id: number): void
  /** A `greeting` or `leave` frame. */
  protected abstract told(kind: number): void
  /** No connection is open any more. */
  protected abstract emptied(): void
  protected abstract lost(): void
  abstract bulky(): void

  // ---- reading

  received(bytes: Buffer, from: number, to: number): void {
    let at = from
    while (at < to && !this.wire.destroyed) {
      if (this.#left > 0) {
        const stop = Math.min(to, at + this.#left)
        this.#left -= stop - at
        this.#reading?.receive(bytes, at, stop)
        at = stop
      } else if (this.#headAt === 0 && to - at >= frameHead) {
        this.#frame(bytes, at)
        at += frameHead
      } else {
        this.#head[this.#headAt++] = bytes[at++] as number
        if (this.#headAt < frameHead) continue
        this.#headAt = 0
        this.#frame(this.#head, 0)
      }
    }
  }

  #frame(bytes: Buffer, at: number): void {
    const kind = bytes[at] as number
    const length = bytes.readUIntBE(at + 1, 3)
    const id = bytes.readUInt32BE(at + 4)
    if (kind === frameKind.greeting || kind === frameKind.leave) {
      this.told(kind)
      return
    }
    if (kind === frameKind.open) {
      this.opened(id)
      return
    }
    // What was under way to a connection that has been closed here is nobody's fault.
    const connection = this.connections.get(id)
    if (kind === frameKind.data) {
      this.#left = length
      this.#reading = connection
      if (connection?.expect(length) === false) this.broken()
    } else if (kind === frameKind.end) connection?.receiveEnd()
    else if (kind === frameKind.reset) connection?.receiveReset()
    else if (kind === frameKind.window) connection?.receiveWindow(length)
    else this.broken()
  }

  /** The other side breaks the rules: nothing of it can be believed any more. */
  protected broken(): void {
    this.wire.destroy()
  }

  drained(): void {
    const blocked = this.#blocked
    this.#blocked = new Set()
    for (const connection of blocked) connection.unblocked()
    if (this.wire.paused && !this.wire.congested) this.wire.resume()
  }

  closed(error: NodeJS.ErrnoException | undefined): void {
    this.#reading = undefined
    for (const connection of this.connections.values()) connection.broken(error)
    this.lost()
  }

  abstract inputEnded(): void

  // ---- for the connections

  protected tellOpen(id: number): void {
    this.#control(frameKind.open, 0, id)
  }

  data(id: number, bytes: Uint8Array, from: number, to: number): void {
    const { wire } = this
    const length = to - from
    const out = this.#compose(frameKind.data, length, id, length)
    if (bytes instanceof Buffer) bytes.copy(out, wire.at, from, to)
    else out.set(bytes.subarray(from, to), wire.at)
    wire.at += length
    wire.commit()
  }

  end(id: number): void {
    this.#control(frameKind.end, 0, id)
  }

  reset(id: number): void {
    this.#control(frameKind.reset, 0, id)
  }

  window(id: number, bytes: number): void {
    this.#control(frameKind.window, bytes, id)
  }

  protected tell(kind: number): void {
    this.#control(kind, 0, 0)
  }

  #control(kind: number, length: number, id: number): void {
    this.#compose(kind, length, id, 0)
    this.wire.commit()
  }

  #compose(kind: number, length: number, id: number, room: number): Buffer {
    const { wire } = this
    const out = wire.reserve(frameHead + room)
    const { at } = wire
    out[at] = kind
    out[at + 1] = length >>> 16
    out[at + 2] = length >>> 8
    out[at + 3] = length
    out[at + 4] = id >>> 24
    out[at + 5] = id >>> 16
    out[at + 6] = id >>> 8
    out[at + 7] = id
    wire.at = at + frameHead
    return out
  }

  await(connection: TrunkWire): void {
    this.#blocked.add(connection)
  }

  forget(id: number): void {
    const connection = this.connections.get(id)
    if (connection === undefined) return
    this.connections.delete(id)
    this.#blocked.delete(connection)
    if (this.#reading === connection) this.#reading = undefined
    if (this.connections.size === 0) this.emptied()
  }
}
