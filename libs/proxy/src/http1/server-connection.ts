/**
 * A client's side of HTTP/1. Over 300 lines, because reading, answering and going are moves of one state machine: each move of one part decides what the other
 * two may do next, and apart they would share all of their fields.
 */
import { channels } from '../diagnostics.ts'
import type { AbortCause } from '../server/exchange.ts'
import type { ServerCore } from '../server/server-core.ts'
import type { HeaderList } from '../header-list.ts'
import type { Switched } from '../server/server-exchange.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { Http1Exchange } from './exchange.ts'
import { type FaultCode, ParseFault } from './fault.ts'
import { HeadParser } from './head-parser.ts'
import { matchPreface } from './preface.ts'
import { refusalText } from './refusal.ts'
import { type BodyFeed, RequestBody } from './request-body.ts'
import { frameRequest } from './request-framing.ts'
import { ReceivedRequest } from './request.ts'
import { trunkOffer } from '../trunk/frames.ts'
import type { Wire, WireOwner } from '../wire/wire.ts'

/** Nothing arrived yet that tells HTTP/1 from HTTP/2. */
const FRESH = 0
/** Between requests, or in a head. */
const HEAD = 1
/** In a request body. */
const BODY = 2
/** The request is complete, its response is not. */
const ANSWER = 3
/** Told to go; what still comes is dropped. */
const LINGER = 4
/** Another protocol has the socket, or it is closed. */
const GONE = 5

/** A request body that nobody wants is read up to here to keep the connection (as Go's net/http does). */
const discardedBytes = 256 * 1024
const none = Buffer.alloc(0)
/** A read of this size in mid-body: more will follow, and a buffer of its own pays. */
const bulkBytes = 32 * 1024

export interface ConnectionOwner {
  /** The bytes begin with the HTTP/2 preface: the wire is the owner's from here on, `closed` will not be called. */
  speaksHttp2(connection: ServerConnection, bytes: Buffer): void
  /** The same with the preface of a trunk. */
  speaksTrunk(connection: ServerConnection, bytes: Buffer): void
  closed(connection: ServerConnection): void
}

/** One HTTP/1 connection of a client: reads requests strictly, one exchange at a time, and keeps what is pipelined behind it. */
export class ServerConnection implements BodyFeed, WireOwner {
  readonly wire: Wire
  slot = -1
  readonly #core: ServerCore
  readonly #owner: ConnectionOwner
  readonly #parser: HeadParser
  #state = FRESH
  #exchange: Http1Exchange | undefined
  #decoder: ChunkedDecoder | undefined
  /** Bytes of a body with a length that are to come. */
  #left = 0
  #discarded = 0
  /** Bytes behind what has been read: pipelined requests, an unfinished preface, early frames of an upgrade. */
  #rest: Buffer = none
  /** Reading rests, because more has been sent ahead than is kept. */
  #heldBack = false
  #keep = true
  #expecting = false
  #inputEnded = false
  #pumping = false
  #tunnel = false
  readonly #trunks: boolean
  /** The client is still to be told that this server takes trunks. */
  #offer: boolean
  /** When the present phase began; 0: the sweeper stamps it on its next round. */
  #since = 0

  /** @param trunks the connection may turn out to be a trunk, of which the client is told. */
  constructor(wire: Wire, core: ServerCore, owner: ConnectionOwner, trunks = false) {
    this.wire = wire
    wire.owner = this
    this.#core = core
    this.#owner = owner
    this.#trunks = this.#offer = trunks
    this.#parser = new HeadParser('request', core.limits)
  }

  /** True while no exchange is under way and no byte of a next head has come. */
  get idle(): boolean {
    return (this.#state === HEAD || this.#state === FRESH) && !this.#parser.begun && this.#rest.length === 0
  }

  // ---- reading

  received(bytes: Buffer, from: number, to: number): void {
    if (this.#state >= LINGER) return
    if (this.#state === ANSWER || this.#pumping || this.#rest.length > 0 || this.#owesTooMuch) {
      this.#rest = Buffer.concat([this.#rest, bytes.subarray(from, to)])
      if (this.#state === ANSWER || this.#pumping || this.#owesTooMuch) {
        if (this.#rest.length > this.#core.limits.headBytes) {
          this.#heldBack = true
          this.wire.pause()
        }
        return
      }
      this.#pumpRest()
    } else this.#pump(bytes, from, to, false)
  }

  /** The client has not read its last answers: what it asks for behind them waits, or they would pile up without bound. */
  get #owesTooMuch(): boolean {
    return this.#state === HEAD && this.wire.congested
  }

  #pumpRest(): void {
    const rest = this.#rest
    this.#rest = none
    this.#pump(rest, 0, rest.length, true)
    if (!this.#heldBack || this.#rest.length > this.#core.limits.headBytes) return
    this.#heldBack = false
    this.wire.resume()
  }

  /**
   * Reads messages until the bytes are used up or an exchange is under way. Not re-entered: an answer given at once only changes the state.
   *
   * @param own the bytes are ours to keep
   */
  #pump(bytes: Buffer, from: number, to: number, own: boolean): void {
    this.#pumping = true
    let at = from
    while (at < to) {
      if (this.#state === HEAD) {
        if (this.wire.congested) break
        at = this.#readHead(bytes, at, to)
      } else if (this.#state === BODY) at = this.#readBody(bytes, at, to)
      else if (this.#state === FRESH) {
        const preface = matchPreface(bytes, at, to, this.#trunks)
        if (preface === 'partial') break
        if (preface !== 'http1') {
          this.#state = GONE
          const read = Buffer.from(bytes.subarray(at, to))
          if (preface === 'http2') this.#owner.speaksHttp2(this, read)
          else this.#owner.speaksTrunk(this, read)
          return
        }
        this.#state = HEAD
      } else break
    }
    if (this.#state < LINGER && at < to) this.#rest = own ? bytes.subarray(at, to) : Buffer.from(bytes.subarray(at, to))
    this.#pumping = false
    if (this.#inputEnded && this.#state <= BODY) this.inputEnded()
  }

  #readHead(bytes: Buffer, at: number, to: number): number {
    const parser = this.#parser
    if (!parser.begun) this.#since = 0
    const after = parser.feed(bytes, at, to)
    if (after >= 0) this.#begin()
    else if (parser.fault !== undefined) this.#refuse(parser.fault)
    else return to
    return after >= 0 ? after : to
  }

  #begin(): void {
    const head = this.#parser.take()
    const frame = frameRequest(head)
    if (typeof frame === 'string') {
      head.give()
      this.#refuse(frame)
      return
    }
    head.own()
    const { bodyLength } = frame
    const body = new RequestBody(bodyLength, this)
    this.#state = bodyLength === 0 ? ANSWER : BODY
    this.#left = bodyLength
    this.#decoder = bodyLength < 0 ? new ChunkedDecoder(this.#core.limits) : undefined
    this.#keep = frame.keepAlive
    this.#expecting = frame.expectsContinue
    this.#since = 0
    const request = new ReceivedRequest(this.wire, head, frame.target, body, frame.upgrade)
    this.#exchange = new Http1Exchange(this, request, body)
    this.#core.serve(this.#exchange)
  }

  /** The offset after what was used of the bytes. */
  #readBody(bytes: Buffer, at: number, to: number): number {
    this.#since = 0
    const body = this.#exchange?.body
    let after: number
    let done: boolean
    let trailers: HeaderList | undefined
    if (this.#decoder === undefined) {
      after = Math.min(at + this.#left, to)
      this.#left -= after - at
      done = this.#left === 0
      body?.push(bytes.subarray(at, after))
    } else {
      const decoder = this.#decoder
      after = decoder.feed(bytes, at, to, (piece) => body?.push(piece))
      if (decoder.fault !== undefined) {
        this.#breakBody(decoder.fault)
        return to
      }
      done = decoder.done
      if (done) trailers = decoder.takeTrailers()
    }
    if (this.#state !== BODY) return to
    this.wire.bulk = !done && to - at >= bulkBytes
    if (this.#exchange === undefined) {
      this.#discarded += after - at
      if (done) this.#next()
      else if (this.#discarded > discardedBytes) this.linger()
    } else if (done) {
      this.#state = ANSWER
      this.#expecting = false
      if (!this.#heldBack) this.wire.resume()
      body?.finish(trailers)
    }
    return after
  }

  /** The framing of a body broke while its request was under way: whoever forwards it must not take it for complete. */
  #breakBody(fault: FaultCode): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    const unanswered = exchange !== undefined && !exchange.record.started
    exchange?.abort('client-gone')
    exchange?.body.fail(new ParseFault(fault))
    if (unanswered || exchange === undefined) this.#refuse(fault)
    else this.breakOff()
  }

  #refuse(fault: FaultCode): void {
    this.#core.refused++
    if (channels.refused.hasSubscribers) channels.refused.publish({ code: fault, remoteAddress: this.wire.remoteAddress })
    this.wire.writeText(refusalText(fault, this.#core.limits.oversized))
    this.linger()
  }

  // ---- answering, for the exchange

  /** True when the client wants a 100 that it has not had. */
  noteContinue(): boolean {
    const expecting = this.#expecting
    this.#expecting = false
    return expecting
  }

  bodyWanted(): void {
    if (this.#exchange?.record.started !== true && this.#exchange?.body.arrived !== true && this.noteContinue()) {
      this.wire.writeText('HTTP/1.1 100 Continue\r\n\r\n')
    }
  }

  /** Whether the connection outlives the response whose head is about to be sent; decides it. */
  mayKeep(framed: boolean): boolean {
    // A client that still waits for 100 may or may not send the body after this response: nobody could tell it from the next request.
    const ambiguous = this.#expecting && this.#exchange?.body.arrived === false
    const more = !this.#inputEnded || this.#rest.length > 0
    this.#keep &&= framed && !this.#core.leaving && more && !ambiguous
    return this.#keep
  }

  /** What the first answer to a client that may come by a trunk says it can be upgraded to; undefined for all others. */
  takeOffer(): string | undefined {
    if (!this.#offer) return undefined
    this.#offer = false
    const { localAddress, localPort } = this.wire
    return trunkOffer(`${localAddress}:${localPort}`)
  }

  /** The response has been written. `short`: less than announced, so the client must see it break. */
  responseOver(short: boolean): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    if (this.#state === BODY) exchange?.body.abandon()
    if (short) this.breakOff()
    else if (!this.#keep) this.linger()
    else if (this.#state === BODY) {
      this.#discarded = 0
      if (!this.#heldBack) this.wire.resume()
    } else if (this.#state === ANSWER) this.#next()
  }

  #next(): void {
    this.#state = HEAD
    this.#since = 0
    if (this.#pumping) return
    if (!this.#heldBack) this.wire.resume()
    if (this.#rest.length > 0) this.#pumpRest()
    else if (this.#inputEnded) this.inputEnded()
  }

  pauseBody(): void {
    if (this.#state !== BODY) return
    // From here on it is the reader of the body who says when to go on.
    this.#heldBack = false
    this.wire.pause()
  }

  resumeBody(): void {
    if (this.#state !== BODY) return
    // The client has its time for the next bytes from now on, however long it was held back.
    this.#since = 0
    this.wire.resume()
  }

  /** 101: the wire and what was read ahead of it go to the tunnel. */
  giveAway(): Switched {
    this.#state = GONE
    this.#tunnel = true
    this.#core.tunnels++
    const read = this.#rest
    this.#rest = none
    return { wire: this.wire, read }
  }

  tunnelClosed(): void {
    if (this.#tunnel) this.#core.tunnels--
    this.#tunnel = false
    this.#exchange = undefined
    this.#owner.closed(this)
  }

  // ---- going

  /** Ends our side and drops what the client still sends, so that a reset does not overtake the response (RFC 9112 9.6). */
  linger(): void {
    if (this.#state >= LINGER) return
    this.#state = LINGER
    this.#since = 0
    this.#rest = none
    this.wire.end()
    this.wire.resume()
  }

  /** Closes without a word, so that nobody takes what was sent for complete. */
  breakOff(): void {
    this.wire.destroy()
  }

  /** Breaks whatever is under way. */
  abort(cause: AbortCause): void {
    const exchange = this.#exchange
    exchange?.abort(cause)
    exchange?.body.fail(new ParseFault('truncated'))
    this.wire.destroy()
  }

  inputEnded(): void {
    this.#inputEnded = true
    if (this.#pumping || this.#state >= LINGER) return
    if (this.#core.serveHalfClosed && (this.#state === ANSWER || (this.#owesTooMuch && this.#rest.length > 0))) return
    // Answers of earlier requests may be on their way still.
    if (this.#exchange === undefined) this.linger()
    else this.abort('client-gone')
  }

  drained(): void {
    this.#since = this.#state === LINGER ? 0 : this.#since
    if (this.#exchange !== undefined) this.#exchange.responder?.writable()
    else if (this.#state === HEAD && this.#rest.length > 0) this.#pumpRest()
  }

  closed(): void {
    const exchange = this.#exchange
    this.#parser.reset()
    if (this.#state !== GONE) {
      this.#state = GONE
      exchange?.abort('client-gone')
      exchange?.body.fail(new ParseFault('truncated'))
    }
    this.#owner.closed(this)
  }

  /** Called by the server's sweeper; `now` is performance.now. */
  sweep(now: number): void {
    if (this.#since === 0) {
      this.#since = now
      return
    }
    const { times } = this.#core
    const age = now - this.#since
    if (this.#state === LINGER) {
      // Who still reads its answer has as long for it as for a head.
      if (this.wire.congested ? times.headMs > 0 && age >= times.headMs : age >= times.lingerMs) this.breakOff()
    } else if (this.#state === BODY) {
      const stalled = this.#exchange === undefined || (this.#exchange.body.wanted && !this.wire.paused)
      if (stalled && times.bodyMs > 0 && age >= times.bodyMs) this.abort('client-gone')
    } else if (this.#state === FRESH || (this.#state === HEAD && this.#parser.begun)) {
      if (times.headMs > 0 && age >= times.headMs) this.#timeOutHead()
    } else if (this.#state === HEAD && times.idleMs > 0 && age >= times.idleMs) this.linger()
  }

  #timeOutHead(): void {
    if (this.#parser.begun) this.wire.writeText('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    this.linger()
  }
}
