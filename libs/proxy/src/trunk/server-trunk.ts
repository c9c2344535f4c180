import type { Swept } from '../sweeper.ts'
import { turnTime } from '../wire/turn.ts'
import type { Wire } from '../wire/wire.ts'
import { frameKind, mostConnections, requestWindow, responseWindow, trunkPreface } from './frames.ts'
import { Trunk } from './trunk.ts'
import { TrunkWire } from './trunk-wire.ts'

/** What the server needs of a trunk. */
export interface TrunkDoor extends Swept {
  /** Takes no more connections, and closes behind the last one. */
  drain(): void
  destroy(): void
  /** Called every now and then with performance.now. */
  sweep(now: number): void
}

export interface TrunkDoorOptions {
  /** Serves a connection; it must set its owner. */
  readonly accept: (wire: Wire) => void
  /** Called once, when the trunk has closed. */
  readonly closed: () => void
  /** Milliseconds after which a trunk without connections is closed. */
  readonly idleMs: number
  /** Milliseconds that the other side has to hear that no more connections are wanted. */
  readonly lingerMs: number
}

/** Serves a trunk on a wire of which `read`, beginning with the preface, has been read. */
export function serveTrunk(wire: Wire, read: Buffer, options: TrunkDoorOptions): TrunkDoor {
  const trunk = new ServerTrunk(wire, options)
  trunk.received(read, trunkPreface.length, read.length)
  return trunk
}

class ServerTrunk extends Trunk implements TrunkDoor {
  slot = -1
  readonly #options: TrunkDoorOptions
  #lastId = 0
  #draining: 'no' | 'asked' | 'agreed' = 'no'
  #drainedAt = 0
  #emptySince = turnTime()

  constructor(wire: Wire, options: TrunkDoorOptions) {
    super(wire)
    this.#options = options
    this.tell(frameKind.greeting)
  }

  override received(bytes: Buffer, from: number, to: number): void {
    super.received(bytes, from, to)
    // Who does not read its answers is not read either.
    if (this.wire.congested) this.wire.pause()
  }

  protected override opened(id: number): void {
    if (id <= this.#lastId) {
      this.broken()
      return
    }
    this.#lastId = id
    if (this.connections.size >= mostConnections) {
      this.reset(id)
      return
    }
    const connection = new TrunkWire(id, this, responseWindow, requestWindow)
    this.connections.set(id, connection)
    this.#options.accept(connection)
  }

  protected override told(kind: number): void {
    if (kind !== frameKind.leave || this.#draining === 'no') {
      this.broken()
      return
    }
    this.#draining = 'agreed'
    if (this.connections.size === 0) this.wire.end()
  }

  override bulky(): void {
    // Requests with long bodies do not come by a trunk.
  }

  protected override emptied(): void {
    this.#emptySince = turnTime()
    if (this.#draining === 'agreed') this.wire.end()
  }

  /** Connections that were opened before the other side has heard it are served still. */
  drain(): void {
    if (this.#draining !== 'no') return
    this.#draining = 'asked'
    this.#drainedAt = turnTime()
    this.tell(frameKind.leave)
  }

  destroy(): void {
    this.wire.destroy()
  }

  sweep(now: number): void {
    if (this.connections.size > 0) return
    const { idleMs, lingerMs } = this.#options
    if (this.#draining !== 'no' ? now - this.#drainedAt >= lingerMs : idleMs > 0 && now - this.#emptySince >= idleMs) this.wire.destroy()
  }

  override inputEnded(): void {
    // A side that opens no connections and takes no answers is gone.
    this.wire.destroy()
  }

  protected override lost(): void {
    this.#options.closed()
  }
}
