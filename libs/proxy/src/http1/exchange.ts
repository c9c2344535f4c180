import { type HeaderFields, HeaderList } from '../header-list.ts'
import { ServerExchange, type Switched } from '../server/server-exchange.ts'
import { enterTurn, leaveTurn, turnTime } from '../wire/turn.ts'
import type { Wire } from '../wire/wire.ts'
import type { RequestBody } from './request-body.ts'
import type { ReceivedRequest } from './request.ts'
import type { ServerConnection } from './server-connection.ts'
import { type BodyFraming, ownHeadText, trailersText, writeResponseHead } from './write-head.ts'

const CR = 0x0d
const LF = 0x0a

/** One request and response on an HTTP/1 connection. */
export class Http1Exchange extends ServerExchange {
  override readonly request: ReceivedRequest
  readonly body: RequestBody
  readonly #connection: ServerConnection
  #framing: BodyFraming = 'as-listed'
  /** Bytes of the announced length that are still owed; -1 when none was announced. */
  #owed = -1
  #bodiless = false

  constructor(connection: ServerConnection, request: ReceivedRequest, body: RequestBody) {
    super()
    this.#connection = connection
    this.request = request
    this.body = body
  }

  override sendInterim(status: number, headers: HeaderList): void {
    if (this.record.started || this.aborted !== undefined || this.request.version === '1.0') return
    if (status === 100 && !this.#connection.noteContinue()) return
    writeResponseHead(this.#connection.wire, { status, reason: '', headers, framing: 'as-listed', connection: '' })
  }

  override sendHead(status: number, reason: string, headers: HeaderList, length: number): void {
    const { request, record } = this
    record.started = true
    record.status = status
    record.lastWriteAt = turnTime()
    this.#bodiless = status === 204 || status === 304 || request.isHead
    if (status === 204) headers.remove('Content-Length')
    if (this.#bodiless) this.#framing = 'as-listed'
    else if (length >= 0) {
      this.#framing = 'as-listed'
      this.#owed = length
      if (!headers.has('Content-Length')) headers.append('Content-Length', String(length))
    } else this.#framing = request.version === '1.0' ? 'close' : 'chunked'
    const keep = this.#connection.mayKeep(this.#framing !== 'close')
    const framing = this.#framing
    const upgrade = keep && request.version === '1.1' ? this.#connection.takeOffer() : undefined
    if (upgrade !== undefined) {
      writeResponseHead(this.#connection.wire, { status, reason, headers, framing, connection: 'Upgrade', upgrade })
      return
    }
    const connection = keep ? (request.version === '1.0' ? 'keep-alive' : '') : 'close'
    writeResponseHead(this.#connection.wire, { status, reason, headers, framing, connection })
  }

  override sendChunk(bytes: Uint8Array): boolean {
    const { record } = this
    if (this.#bodiless || record.ended || bytes.length === 0) return true
    const { wire } = this.#connection
    record.bytes += bytes.length
    record.lastWriteAt = turnTime()
    if (this.#owed >= 0) this.#owed -= bytes.length
    if (this.#framing === 'chunked') writeChunk(wire, bytes)
    else wire.write(bytes)
    return !wire.congested
  }

  override sendEnd(trailers: HeaderList | undefined): void {
    if (this.record.ended) return
    this.record.ended = true
    if (this.#framing === 'chunked') this.#connection.wire.writeText(`0\r\n${trailersText(trailers)}`)
    this.#connection.responseOver(this.#owed > 0)
  }

  override cut(message: Uint8Array): void {
    if (this.record.ended) return
    if (this.record.status === 101 || this.#framing === 'as-listed') {
      this.breakOff()
      return
    }
    this.sendChunk(message)
    this.sendEnd(undefined)
  }

  override breakOff(): void {
    this.record.ended = true
    this.#connection.breakOff()
  }

  override switchProtocols(headers: HeaderList): Switched | undefined {
    if (this.request.upgrade === undefined) return undefined
    this.record.started = true
    this.record.status = 101
    const upgrade = headers.get('Upgrade') ?? this.request.upgrade
    writeResponseHead(this.#connection.wire, { status: 101, reason: '', headers, framing: 'as-listed', connection: 'Upgrade', upgrade })
    return this.#connection.giveAway()
  }

  override tunnelClosed(): void {
    this.record.ended = true
    this.#connection.tunnelClosed()
  }

  /** Empty answers with fields that never change, of which a service may send one to each request, are composed once. */
  protected override answer(status: number, headers: HeaderFields, body: Uint8Array): void {
    const { request } = this
    const plain = body.length === 0 && status >= 200 && status !== 204 && status !== 304 && request.version === '1.1' && !request.isHead
    if (!plain || !Object.isFrozen(headers) || !this.#connection.mayKeep(true)) {
      super.answer(status, headers, body)
      return
    }
    const { record } = this
    record.started = true
    record.status = status
    record.lastWriteAt = turnTime()
    enterTurn()
    try {
      this.#connection.wire.writeText(emptyAnswer(status, headers))
      this.sendEnd(undefined)
    } finally {
      leaveTurn()
    }
  }

  protected override over(): void {
    this.request.release()
  }
}

const emptyAnswers = new WeakMap<HeaderFields, Map<number, string>>()

function emptyAnswer(status: number, headers: HeaderFields): string {
  let texts = emptyAnswers.get(headers)
  if (texts === undefined) emptyAnswers.set(headers, (texts = new Map()))
  let text = texts.get(status)
  if (text === undefined) {
    const list = HeaderList.from(headers)
    if (!list.has('Content-Length')) list.append('Content-Length', '0')
    texts.set(status, (text = ownHeadText(status, list)))
  }
  return text
}

/** Writes one chunk of a chunked body; an empty one would end it, and must not come here. */
export function writeChunk(wire: Wire, bytes: Uint8Array): void {
  wire.writeText(`${bytes.length.toString(16)}\r\n`)
  wire.write(bytes)
  const out = wire.reserve(2)
  out[wire.at++] = CR
  out[wire.at++] = LF
  wire.commit()
}
