import type { Exchange } from '../../exchange.ts'
import { HeaderList } from '../../header-list.ts'
import { ServerCore } from '../../server-core.ts'
import type { ServerLimits, ServerTimes } from '../../server.ts'
import { MemoryWire } from '../../testing/memory-wire.ts'
import { inTurn } from '../../wire/turn.ts'
import { errorName, flag, frameType } from '../codes.ts'
import type { Http2Exchange } from '../exchange.ts'
import { type Http2Door, serveHttp2 } from '../server-session.ts'
import { BlockReader, type Frame, parseFrames, preface, settings } from './frames.ts'

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
  readonly #blocks = new BlockReader()
  #read = 0
  #said: string[] = []
  #heads: Frame | undefined

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

  /**
   * What came since the last call, a line a frame, without the greeting: `HEADERS 1 200 x=y END`, `DATA 1 text END`, `RST 1 CANCEL`, `GOAWAY 1 CODE`,
   * `PING ack`, `WINDOW 0 +100`, `SETTINGS ack`; and `CLOSED` once the server has ended the connection.
   */
  said(): string[] {
    for (const frame of this.frames()) this.#say(frame)
    const said = this.#said
    this.#said = []
    if (this.wire.ended || this.wire.destroyed) said.push('CLOSED')
    return said
  }

  /** The same without windows and settings, which most tests do not care for. */
  answers(): string[] {
    return this.said().filter((line) => !/^(?:WINDOW|SETTINGS)/.test(line))
  }

  #say({ type, flags, id, payload }: Frame): void {
    const end = (flags & flag.endStream) !== 0 ? ' END' : ''
    switch (type) {
      case frameType.data:
        this.#said.push(`DATA ${id} ${payload.length > 40 ? `${payload.length} bytes` : payload.toString('latin1')}${end}`)
        break
      case frameType.headers:
      case frameType.continuation: {
        const whole = this.#heads === undefined ? payload : Buffer.concat([this.#heads.payload, payload])
        const first = this.#heads ?? { type, flags, id, payload }
        this.#heads = undefined
        if ((flags & flag.endHeaders) === 0) this.#heads = { ...first, payload: whole }
        else this.#said.push(`HEADERS ${id} ${this.#fieldsText(whole)}${(first.flags & flag.endStream) !== 0 ? ' END' : ''}`)
        break
      }
      case frameType.reset:
        this.#said.push(`RST ${id} ${errorName(payload.readUInt32BE())}`)
        break
      case frameType.goAway:
        this.#said.push(`GOAWAY ${payload.readUInt32BE()} ${errorName(payload.readUInt32BE(4))}`)
        break
      case frameType.ping:
        this.#said.push(`PING${(flags & flag.ack) !== 0 ? ' ack' : ''} ${payload.toString('latin1')}`)
        break
      case frameType.windowUpdate:
        this.#said.push(`WINDOW ${id} +${payload.readUInt32BE()}`)
        break
      case frameType.settings:
        this.#said.push((flags & flag.ack) !== 0 ? 'SETTINGS ack' : 'SETTINGS')
        break
      default:
        this.#said.push(`FRAME ${type}`)
    }
  }

  #fieldsText(payload: Buffer): string {
    return this.#blocks
      .read(payload)
      .map(([name, value]) => (name === ':status' ? value : `${name}=${value}`))
      .join(' ')
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

function answer(exchange: Exchange): void {
  const { target } = exchange.request
  if (target === '/echo') echo(exchange)
  else if (target === '/hold') (exchange as unknown as Http2Exchange).hold()
  else exchange.respond(200, {}, 'ok')
}
