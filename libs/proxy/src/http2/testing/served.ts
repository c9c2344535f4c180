import type { Exchange } from '../../server/exchange.ts'
import { HeaderList } from '../../header-list.ts'
import { ServerCore } from '../../server/server-core.ts'
import type { ServerLimits, ServerTimes } from '../../server/server.ts'
import { MemoryWire } from '../../testing/memory-wire.ts'
import { inTurn } from '../../wire/turn.ts'
import type { Http2Exchange } from '../exchange.ts'
import { type Http2Door, serveHttp2 } from '../server-session.ts'
import { type Frame, parseFrames, preface, settings } from './frames.ts'
import { Transcript } from './transcript.ts'

const limits: ServerLimits = { headBytes: 16 * 1024, headerCount: 100, connections: 1, streams: 10 }
const times: ServerTimes = { headMs: 60_000, idleMs: 0, bodyMs: 0, lingerMs: 1000 }

/** A server session over a wire in memory, and the client that a test plays. */
export class Served {
  readonly wire = new MemoryWire()
  readonly core: ServerCore
  readonly door: Http2Door
  /** Exchanges that reached the handler. */
  readonly exchanges: Exchange[] = []
  closed = 0
  readonly #transcript = new Transcript()
  #read = 0

  /** @param handler by default: `/` answers `ok`, `/echo` sends the body back with its trailers, `/hold` says nothing. */
  constructor(
    options: { limits?: Partial<ServerLimits>; times?: Partial<ServerTimes>; handler?: (exchange: Exchange) => void; first?: Buffer } = {}
  ) {
    const handler = options.handler ?? answer
    this.core = new ServerCore(
      (exchange) => {
        this.exchanges.push(exchange)
        return handler(exchange)
      },
      { ...limits, ...options.limits },
      { ...times, ...options.times },
      false
    )
    let door: Http2Door | undefined
    inTurn(() => {
      door = serveHttp2(this.wire, Buffer.concat([preface, options.first ?? settings()]), this.core, () => this.closed++)
    })
    this.door = door as unknown as Http2Door
  }

  /** The client sends these, in one read. */
  send(...frames: readonly Uint8Array[]): this {
    this.wire.deliver(Buffer.concat(frames))
    return this
  }

  /** Something happens on the server's side. */
  act(action: () => void): this {
    inTurn(action)
    return this
  }

  /** Frames that came since the last call. */
  frames(): Frame[] {
    this.wire.flush()
    const bytes = Buffer.from(this.wire.output, 'latin1').subarray(this.#read)
    this.#read += bytes.length
    return parseFrames(bytes)
  }

  /** What came since the last call, as a transcript; and `CLOSED` once the server has ended the connection. */
  said(): string[] {
    const said = this.#transcript.lines(this.frames())
    if (this.wire.ended || this.wire.destroyed) said.push('CLOSED')
    return said
  }

  /** The same without windows and settings, which most tests do not care for. */
  answers(): string[] {
    return this.said().filter((line) => !/^(?:WINDOW|SETTINGS)/.test(line))
  }
}

/** Sends the body back as it comes. */
export function echo(exchange: Exchange): void {
  const server = exchange as unknown as Http2Exchange
  server.hold()
  server.responder = { aborted: () => server.release(), writable: () => server.request.body.resume() }
  server.sendHead(200, '', new HeaderList(), -1)
  server.request.body.flowTo({
    chunk: (bytes) => server.sendChunk(bytes),
    end: (trailers) => {
      server.sendEnd(trailers)
      server.release()
    },
    fail: () => {}
  })
}

function hold(exchange: Http2Exchange): void {
  exchange.hold()
  exchange.responder = { aborted: () => exchange.release(), writable: () => {} }
}

function answer(exchange: Exchange): void {
  const { target } = exchange.request
  if (target === '/echo') echo(exchange)
  else if (target === '/hold') hold(exchange as unknown as Http2Exchange)
  else exchange.respond(200, {}, 'ok')
}
