import { type AbortCause, type Exchange, ExchangeAborted, type InboundRequest, type ResponseRecord } from './exchange.ts'
import { type HeaderFields, HeaderList } from '../header-list.ts'
import type { ServerCore } from './server-core.ts'
import type { Span } from '../tracing/span.ts'
import { enterTurn, leaveTurn, turnTime } from '../wire/turn.ts'
import type { Wire } from '../wire/wire.ts'

/** What forwarding does for an exchange that it answers. */
export interface Responder {
  /** The exchange was aborted; nothing more can be sent. */
  aborted(cause: AbortCause): void
  /** The client takes bytes again after `sendChunk` answered false. */
  writable(): void
}

/** A connection that changed protocols: its wire, whose owner is the taker's to set, and what had been read from it already. */
export interface Switched {
  readonly wire: Wire
  readonly read: Buffer
}

/** The part of an exchange that is the same for HTTP/1 and HTTP/2: record, signal, the rules of who may answer when. */
export abstract class ServerExchange implements Exchange {
  abstract readonly request: InboundRequest
  context: unknown
  span: Span | undefined
  readonly startedAt = turnTime()
  readonly record: { -readonly [K in keyof ResponseRecord]: ResponseRecord[K] } = {
    started: false,
    status: 0,
    bytes: 0,
    ended: false,
    lastWriteAt: 0
  }
  responder: Responder | undefined
  /** The server it belongs to, from when it is served. */
  core: ServerCore | undefined
  #held = 0
  /** Hooks in order; made for the first one, with room for what a role has. */
  #hooks: (((exchange: Exchange) => void) | undefined)[] | undefined
  #hookCount = 0
  #aborted: AbortCause | undefined
  #abort: AbortController | undefined

  get response(): ResponseRecord {
    return this.record
  }

  get aborted(): AbortCause | undefined {
    return this.#aborted
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#aborted !== undefined) this.#abort.abort(new ExchangeAborted(this.#aborted))
    return this.#abort.signal
  }

  respond(status: number, headers: HeaderFields = {}, body: string | Uint8Array = ''): boolean {
    if (this.record.started || this.#aborted !== undefined) return false
    const { responder } = this
    this.answer(status, headers, typeof body === 'string' ? Buffer.from(body) : body)
    // Whatever was to answer it must not do so any more.
    responder?.aborted('client-gone')
    if (status >= 500) this.core?.answered(this, status, body)
    return true
  }

  protected answer(status: number, headers: HeaderFields, body: Uint8Array): void {
    const list = HeaderList.from(headers)
    if (!list.has('Content-Length') && status !== 204 && status !== 304) list.append('Content-Length', String(body.length))
    enterTurn()
    try {
      this.sendHead(status, '', list, body.length)
      if (body.length > 0) this.sendChunk(body)
      this.sendEnd(undefined)
    } finally {
      leaveTurn()
    }
  }

  expire(status: number, body: string): void {
    if (this.#aborted !== undefined || this.record.ended) return
    this.markAborted('expired')
    if (this.record.started) this.cut(Buffer.from(body))
    else this.answer(status, { 'Content-Type': 'text/plain; charset=utf-8' }, Buffer.from(body))
    if (status >= 500) this.core?.answered(this, status, body)
    this.responder?.aborted('expired')
    this.#abort?.abort(new ExchangeAborted('expired'))
  }

  destroy(): void {
    const { responder } = this
    this.breakOff()
    responder?.aborted('client-gone')
  }

  onEnd(hook: (exchange: Exchange) => void): void {
    this.#hooks ??= [undefined, undefined, undefined, undefined]
    this.#hooks[this.#hookCount++] = hook
  }

  /** Something is under way for the exchange: its handler, or an attempt to forward it. Each `hold` is followed by one `release`. */
  hold(): void {
    this.#held++
  }

  finish(work: () => void | Promise<void>): void {
    this.core?.run(this, work)
  }

  release(): void {
    if (--this.#held > 0) return
    this.core?.released(this)
    const hooks = this.#hooks
    if (hooks !== undefined) for (let index = this.#hookCount - 1; index >= 0; index--) this.#run(hooks[index])
    this.over()
  }

  /** A hook that throws must not keep others, such as the one that gives a place back, from being run. */
  #run(hook: ((exchange: Exchange) => void) | undefined): void {
    try {
      hook?.(this)
    } catch (error) {
      this.core?.failed(this, error)
    }
  }

  /** The connection reports that the client is gone, or that the server was closed. */
  abort(cause: AbortCause): void {
    if (this.#aborted !== undefined || this.record.ended) return
    this.markAborted(cause)
    this.record.ended = true
    this.responder?.aborted(cause)
    this.#abort?.abort(new ExchangeAborted(cause))
  }

  /** Later writes of forwarding are dropped from here on. */
  protected markAborted(cause: AbortCause): void {
    this.#aborted = cause
  }

  /** An interim (1xx) response; dropped for clients that do not know them. */
  abstract sendInterim(status: number, headers: HeaderList): void
  /** The final head. `length` is that of the body in bytes, -1 when unknown. The list is taken over; hop-by-hop fields in it are ignored. */
  abstract sendHead(status: number, reason: string, headers: HeaderList, length: number): void
  /** False: wait for the responder's `writable`. */
  abstract sendChunk(bytes: Uint8Array): boolean
  abstract sendEnd(trailers: HeaderList | undefined): void
  /** Ends a started response properly after `message`, or closes where that is not possible. */
  abstract cut(message: Uint8Array): void
  /** Breaks the response so that the client notices. */
  abstract breakOff(): void
  /** Sends 101 and gives the socket away; undefined when this exchange cannot change protocols. */
  abstract switchProtocols(headers: HeaderList): Switched | undefined
  /** The tunnel of a switched exchange has closed. */
  abstract tunnelClosed(): void
  /** Nobody looks at the exchange any more. */
  protected over(): void {
    // nothing to give back
  }
}
