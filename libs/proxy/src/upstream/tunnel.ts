import type { Wire, WireOwner } from '../wire/wire.ts'

/** One end of a tunnel, and what had been read from it before. */
export interface TunnelEnd {
  readonly wire: Wire
  readonly read: Buffer
}

/**
 * Carries bytes both ways with back-pressure until both ends have closed, then calls `closed`. The end of one side's input becomes the end of the
 * other's output (half-close); a broken side breaks the other. `toClient` is told the size of each piece towards the client.
 */
export function layTunnel(client: TunnelEnd, upstream: TunnelEnd, toClient: (bytes: number) => void, closed: () => void): void {
  let open = 2
  const end = (): void => {
    if (--open === 0) closed()
  }
  const up = new Direction(client.wire, upstream.wire, ignore, end)
  const down = new Direction(upstream.wire, client.wire, toClient, end)
  client.wire.owner = up
  upstream.wire.owner = down
  up.received(client.read, 0, client.read.length)
  down.received(upstream.read, 0, upstream.read.length)
  client.wire.resume()
  upstream.wire.resume()
  // An end, or a close, may have come before the tunnel was laid.
  for (const direction of [up, down]) direction.catchUp()
}

/** From one end to the other. */
class Direction implements WireOwner {
  readonly #from: Wire
  readonly #to: Wire
  readonly #seen: (bytes: number) => void
  readonly #closed: () => void
  #over = false

  constructor(from: Wire, to: Wire, seen: (bytes: number) => void, closed: () => void) {
    this.#from = from
    this.#to = to
    this.#seen = seen
    this.#closed = closed
  }

  received(bytes: Buffer, from: number, to: number): void {
    if (from === to) return
    this.#seen(to - from)
    this.#to.write(bytes, from, to)
    if (this.#to.congested) this.#from.pause()
  }

  inputEnded(): void {
    this.#to.end()
  }

  /** What was written to our `from` has left: the other side may be read again. */
  drained(): void {
    this.#to.resume()
  }

  closed(): void {
    if (this.#over) return
    this.#over = true
    // After an orderly end of both directions the other side closes by itself once its output has left. Else nobody is left to talk to.
    if (!this.#from.inputOver || !this.#to.inputOver) this.#to.destroy()
    this.#closed()
  }

  catchUp(): void {
    if (this.#from.destroyed) this.closed()
    else if (this.#from.inputOver) this.inputEnded()
  }
}

function ignore(): void {
  // bytes towards the upstream are not counted
}
