import { ServerConnection } from '../http1/server-connection.ts'
import { ServerCore } from '../server/server-core.ts'
import { ServerExchange } from '../server/server-exchange.ts'
import { MemoryWire } from '../testing/memory-wire.ts'
import type { Exchange } from '../server/exchange.ts'
import type { Seen } from './rule.ts'
import { bodyOf, headOf, witness } from './witness.ts'

/** How handlers answer: within the read that completes the request, some turns later, or with the head, without a look at the body. */
export type Pace = 'at once' | 'later' | 'before the body'

/** Everything that a client and a handler can tell about what became of some bytes. */
export interface MemoryOutcome {
  readonly sees: readonly Seen[]
  readonly begun: number
  readonly output: string
  /** What the server did to the connection before its client ended. */
  readonly connection: 'open' | 'ended' | 'destroyed' | 'http2'
}

/** Servers whose connections are in memory, one for each pace. */
export class MemoryServer {
  #sees: Seen[] = []
  #begun = 0
  #http2 = false
  readonly #core: ServerCore

  constructor(pace: Pace) {
    const limits = { headBytes: 64 * 1024, headerCount: 256, connections: 1, streams: 1 }
    const times = { headMs: 0, idleMs: 0, bodyMs: 0, lingerMs: 0 }
    const handlers = { 'at once': this.#answerAtOnce, later: this.#answerLater, 'before the body': this.#answerBeforeBody }
    this.#core = new ServerCore(handlers[pace], limits, times, true)
  }

  /** Delivers the pieces to a new connection, and ends it. `between` is awaited behind each piece. */
  async run(pieces: readonly Buffer[], between?: () => Promise<void>): Promise<MemoryOutcome> {
    this.#sees = []
    this.#begun = 0
    this.#http2 = false
    const wire = new MemoryWire()
    const owner = { speaksHttp2: () => (this.#http2 = true), speaksTrunk: () => {}, closed: () => {} }
    const connection = new ServerConnection(wire, this.#core, owner)
    wire.owner = connection
    for (const piece of pieces) {
      wire.deliver(piece)
      if (between !== undefined) await between()
    }
    await quiet(wire)
    const state = this.#http2 ? 'http2' : wire.ended ? 'ended' : wire.destroyed ? 'destroyed' : 'open'
    if (!this.#http2) wire.endInput()
    await quiet(wire)
    return { sees: this.#sees, begun: this.#begun, output: wire.output, connection: state }
  }

  readonly #answerLater = async (exchange: Exchange): Promise<void> => {
    this.#begun++
    const seen = await witness(exchange)
    if (seen === undefined) return
    this.#sees.push(seen)
    exchange.respond(200, {}, 'ok')
  }

  readonly #answerBeforeBody = (exchange: Exchange): void => {
    this.#begun++
    this.#sees.push({ ...headOf(exchange), body: '', trailers: [] })
    exchange.respond(200, {}, 'ok')
  }

  readonly #answerAtOnce = (exchange: Exchange): void => {
    if (!(exchange instanceof ServerExchange)) throw new TypeError('an exchange of another library')
    this.#begun++
    exchange.hold()
    bodyOf(exchange.request.body, (body) => {
      if (body !== undefined) {
        this.#sees.push({ ...headOf(exchange), ...body })
        exchange.respond(200, {}, 'ok')
      }
      exchange.release()
    })
  }
}

/** Waits until microtasks have done what there is to do: nothing is timed here. */
async function quiet(wire: MemoryWire): Promise<void> {
  let before = -1
  for (let calm = 0; calm < 6; calm++) {
    await undefined
    const now = wire.flushes * 4 + (wire.ended ? 2 : 0) + (wire.destroyed ? 1 : 0)
    if (now !== before) calm = 0
    before = now
  }
}
