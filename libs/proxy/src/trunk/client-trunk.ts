import type { Wire } from '../wire/wire.ts'
import { frameKind, mostConnections, requestWindow, responseWindow, trunkPreface } from './frames.ts'
import { Trunk } from './trunk.ts'
import { TrunkWire } from './trunk-wire.ts'

export interface ClientTrunkOptions {
  /** The other side has greeted: connections can be opened. */
  readonly ready: () => void
  /** Called once, when no more connections can be opened. */
  readonly gone: () => void
  /** A long body has come by one of the connections. */
  readonly bulky: () => void
}

/** A trunk to an upstream. It closes behind its last connection. */
export class ClientTrunk extends Trunk {
  readonly #options: ClientTrunkOptions
  #nextId = 1
  #greeted = false
  #leaving = false

  constructor(wire: Wire, options: ClientTrunkOptions) {
    super(wire)
    this.#options = options
    wire.write(trunkPreface)
  }

  /** Requests can go by it. One whose wire waits for the other side to read would hold them up. */
  get usable(): boolean {
    return this.#greeted && !this.#leaving && !this.wire.destroyed && !this.wire.congested
  }

  /** A new connection, whose owner must be set before anything else happens; undefined when the trunk has no room for one. */
  open(): TrunkWire | undefined {
    if (!this.usable || this.connections.size >= mostConnections) return undefined
    const connection = new TrunkWire(this.#nextId++, this, requestWindow, responseWindow)
    this.connections.set(connection.id, connection)
    this.tellOpen(connection.id)
    if (this.#nextId >= 2 ** 31) this.leave()
    return connection
  }

  /** Opens no more connections, and closes behind the last one. */
  leave(): void {
    if (this.#leaving) return
    this.#leaving = true
    if (this.connections.size === 0) this.wire.end()
    this.#options.gone()
  }

  protected override opened(): void {
    this.broken()
  }

  protected override told(kind: number): void {
    if (kind === frameKind.leave && this.#greeted) {
      this.tell(frameKind.leave)
      this.leave()
    } else if (kind === frameKind.greeting && !this.#greeted) {
      this.#greeted = true
      if (!this.#leaving) this.#options.ready()
    } else this.broken()
  }

  override bulky(): void {
    this.#options.bulky()
  }

  protected override emptied(): void {
    if (this.#leaving) this.wire.end()
    else this.leave()
  }

  override inputEnded(): void {
    this.wire.destroy()
  }

  protected override lost(): void {
    this.leave()
  }
}
