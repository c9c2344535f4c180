import { ClientTrunk } from '../trunk/client-trunk.ts'
import { frameKind } from '../trunk/frames.ts'
import { serveTrunk, type TrunkDoor } from '../trunk/server-trunk.ts'
import type { TrunkWire } from '../trunk/trunk-wire.ts'
import { inTurn } from '../wire/turn.ts'
import type { Wire, WireOwner } from '../wire/wire.ts'
import { MemoryWire } from './memory-wire.ts'

/** What one end of a connection has heard. */
export class Heard implements WireOwner {
  readonly wire: Wire
  text = ''
  ended = false
  closes = 0
  drains = 0

  constructor(wire: Wire) {
    this.wire = wire
    wire.owner = this
  }

  received(bytes: Buffer, from: number, to: number): void {
    this.text += bytes.toString('latin1', from, to)
  }

  inputEnded(): void {
    this.ended = true
  }

  drained(): void {
    this.drains++
  }

  closed(): void {
    this.closes++
  }
}

/** Both sides of a trunk in memory; what one has sent comes to the other in `carry`, in pieces of the test's choice. */
export class TrunkPair {
  readonly near = new MemoryWire()
  readonly far = new MemoryWire()
  readonly accepted: Heard[] = []
  readonly client: ClientTrunk
  server: TrunkDoor | undefined
  ready = false
  gone = 0
  bulky = 0
  closed = 0
  #carried = [0, 0]

  constructor() {
    this.far.owner = new Heard(this.far)
    this.client = new ClientTrunk(this.near, {
      ready: () => (this.ready = true),
      gone: () => this.gone++,
      bulky: () => this.bulky++
    })
  }

  /** The server takes what has been sent so far for the preface. */
  async greet(): Promise<this> {
    const preface = Buffer.from(this.near.output, 'latin1')
    this.#carried[0] = preface.length
    this.server = inTurn(() =>
      serveTrunk(this.far, preface, {
        accept: (wire) => this.accepted.push(new Heard(wire)),
        closed: () => this.closed++,
        idleMs: 100,
        lingerMs: 100
      })
    )
    await this.carry()
    return this
  }

  open(): Heard {
    return new Heard(this.client.open() as TrunkWire)
  }

  /** Carries until nobody says anything more. `piece` gives the size of each piece. */
  async carry(piece: () => number = () => 1 << 20): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      const moved = this.#move(0, this.near, this.far, piece) + this.#move(1, this.far, this.near, piece)
      quiet = moved === 0 ? quiet + 1 : 0
      await Promise.resolve()
    }
  }

  #move(way: 0 | 1, from: MemoryWire, to: MemoryWire, piece: () => number): number {
    const all = from.output
    const start = this.#carried[way] as number
    const stop = Math.min(all.length, start + Math.max(1, piece()))
    if (start === stop) return 0
    this.#carried[way] = stop
    to.deliver(Buffer.from(all.slice(start, stop), 'latin1'))
    return stop - start
  }
}

/** A frame as it is sent. */
export function frame(kind: keyof typeof frameKind, id: number, length = 0): Buffer {
  const bytes = Buffer.alloc(8)
  bytes[0] = frameKind[kind]
  bytes.writeUIntBE(length, 1, 3)
  bytes.writeUInt32BE(id, 4)
  return bytes
}
