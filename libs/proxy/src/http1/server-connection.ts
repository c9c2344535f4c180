import type { Socket } from 'node:net'
import { channels } from '../diagnostics.ts'
import type { AbortCause } from '../exchange.ts'
import { HeaderList } from '../header-list.ts'
import { plainAddress } from '../plain-address.ts'
import type { ServerCore } from '../server-core.ts'
import type { Switched } from '../server-exchange.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { Http1Exchange } from './exchange.ts'
import { type FaultCode, ParseFault } from './fault.ts'
import { HeadParser } from './head-parser.ts'
import { matchPreface } from './preface.ts'
import { refusalText } from './refusal.ts'
import { type BodyFeed, RequestBody } from './request-body.ts'
import { frameRequest, type RequestFrame } from './request-framing.ts'
import { ReceivedRequest } from './request.ts'

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

export interface ConnectionOwner {
  /** The bytes begin with the HTTP/2 preface: the socket is the owner's from here on, `closed` will not be called. */
  speaksHttp2(connection: ServerConnection, bytes: Buffer): void
  closed(connection: ServerConnection): void
}

/**
 * One HTTP/1 connection of a client: reads requests strictly, one exchange at a time, and keeps what is pipelined behind it.
 * Over 300 lines would be two files; this one is long because reading, answering and going share one state.
 */
export class ServerConnection implements BodyFeed {
  readonly socket: Socket
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
  #keep = true
  #expecting = false
  #inputEnded = false
  #pumping = false
  #tunnel = false
  /** When the present phase began; 0: the sweeper stamps it on its next round. */
  #since = 0

  constructor(socket: Socket, core: ServerCore, owner: ConnectionOwner) {
    this.socket = socket
    this.#core = core
    this.#owner = owner
    this.#parser = new HeadParser('request', core.limits)
    socket.on('data', this.#onData)
    socket.on('end', this.#onInputEnd)
    socket.on('drain', this.#onDrain)
    socket.on('error', ignore)
    socket.on('close', this.#onClose)
  }

  /** True while no exchange is under way and no byte of a next head has come. */
  get idle(): boolean {
    return (this.#state === HEAD || this.#state === FRESH) && !this.#parser.begun && this.#rest.length === 0
  }

  // ---- reading

  readonly #onData = (bytes: Buffer): void => {
    if (this.#state >= LINGER) return
    if (this.#state !== ANSWER && !this.#pumping) {
      this.#pump(bytes)
      return
    }
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    if (this.#rest.length > this.#core.limits.headBytes) this.socket.pause()
  }

  /** Reads messages until the bytes are used up or an exchange is under way. Not re-entered: an answer given at once only changes the state. */
  #pump(bytes: Buffer): void {
    this.#pumping = true
    let input: Buffer = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    this.#rest = none
    while (input.length > 0) {
      if (this.#state === HEAD) input = this.#readHead(input)
      else if (this.#state === BODY) input = this.#readBody(input)
      else if (this.#state === FRESH) {
        const preface = matchPreface(input)
        if (preface === 'partial') break
        if (preface === 'http2') {
          this.#release()
          this.#owner.speaksHttp2(this, input)
          return
        }
        this.#state = HEAD
      } else break
    }
    if (this.#state < LINGER) this.#rest = input
    this.#pumping = false
    if (this.#inputEnded && this.#state === HEAD) this.#onInputEnd()
  }

  #readHead(input: Buffer): Buffer {
    const parser = this.#parser
    if (!parser.begun) this.#since = 0
    const after = parser.feed(input, 0)
    if (after < 0) {
      if (parser.fault !== undefined) this.#refuse(parser.fault)
      return none
    }
    const frame = frameRequest(parser.method, parser.target, parser.minor, parser.fields)
    if (typeof frame === 'string') this.#refuse(frame)
    else this.#begin(frame)
    return input.subarray(after)
  }

  #begin(frame: RequestFrame): void {
    const parser = this.#parser
    const body = new RequestBody(frame.bodyLength, this)
    const headers = new HeaderList(parser.fields)
    const version = parser.minor === 0 ? '1.0' : '1.1'
    const { method } = parser
    parser.reset()
    this.#state = frame.bodyLength === 0 ? ANSWER : BODY
    this.#left = frame.bodyLength
    this.#decoder = frame.bodyLength < 0 ? new ChunkedDecoder(this.#core.limits) : undefined
    this.#keep = frame.keepAlive
    this.#expecting = frame.expectsContinue
    this.#since = 0
    const request = new ReceivedRequest(this.socket, { version, method, target: frame.target, headers, body, upgrade: frame.upgrade })
    this.#exchange = new Http1Exchange(this, request, body)
    this.#core.serve(this.#exchange)
  }

  #readBody(input: Buffer): Buffer {
    this.#since = 0
    const body = this.#exchange?.body
    let after: number
    let done: boolean
    let trailers: string[] = []
    if (this.#decoder === undefined) {
      after = Math.min(this.#left, input.length)
      this.#left -= after
      done = this.#left === 0
      body?.push(input.subarray(0, after))
    } else {
      const decoder = this.#decoder
      after = decoder.feed(input, 0, (bytes) => body?.push(bytes))
      if (decoder.fault !== undefined) {
        this.#breakBody(decoder.fault)
        return none
      }
      done = decoder.done
      trailers = decoder.trailers
    }
    if (this.#state !== BODY) return none
    if (this.#exchange === undefined) {
      this.#discarded += after
      if (done) this.#next()
      else if (this.#discarded > discardedBytes) this.linger()
    } else if (done) {
      this.#state = ANSWER
      this.#expecting = false
      this.socket.resume()
      body?.finish(trailers)
    }
    return input.subarray(after)
  }

  /** The framing of a body broke while its request was under way: whoever forwards it must not take it for complete. */
  #breakBody(fault: FaultCode): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    const unanswered = exchange !== undefined && !exchange.record.started
    exchange?.abort('client-gone')
    exchange?.body.fail(new ParseFault(fault))
    if (unanswered || exchange === undefined) this.#refuse(fault)
    else this.destroy()
  }

  #refuse(fault: FaultCode): void {
    this.#core.refused++
    if (channels.refused.hasSubscribers) channels.refused.publish({ code: fault, remoteAddress: plainAddress(this.socket.remoteAddress) })
    this.socket.write(refusalText(fault), 'latin1')
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
      this.write('HTTP/1.1 100 Continue\r\n\r\n')
    }
  }

  /** Whether the connection outlives the response whose head is about to be sent; decides it. */
  mayKeep(framed: boolean): boolean {
    // A client that still waits for 100 may or may not send the body after this response: nobody could tell it from the next request.
    const ambiguous = this.#expecting && this.#exchange?.body.arrived === false
    this.#keep &&= framed && !this.#core.draining && !this.#inputEnded && !ambiguous
    return this.#keep
  }

  write(data: string | Uint8Array): boolean {
    if (this.socket.destroyed) return true
    return typeof data === 'string' ? this.socket.write(data, 'latin1') : this.socket.write(data)
  }

  cork(): void {
    this.socket.cork()
  }

  uncork(): void {
    this.socket.uncork()
  }

  /** The response has been written. `short`: less than announced, so the client must see it break. */
  responseOver(short: boolean): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    if (short) this.destroy()
    else if (!this.#keep) this.linger()
    else if (this.#state === BODY) {
      exchange?.body.detach()
      this.#discarded = 0
      this.socket.resume()
    } else if (this.#state === ANSWER) this.#next()
  }

  #next(): void {
    this.#state = HEAD
    this.#since = 0
    if (this.#pumping) return
    if (this.socket.isPaused()) this.socket.resume()
    if (this.#rest.length > 0) {
      const rest = this.#rest
      this.#rest = none
      this.#pump(rest)
    } else if (this.#inputEnded) this.#onInputEnd()
  }

  pauseBody(): void {
    if (this.#state === BODY) this.socket.pause()
  }

  resumeBody(): void {
    if (this.#state === BODY) this.socket.resume()
  }

  /** 101: the socket and what was read ahead of it go to the tunnel. */
  giveAway(head: string): Switched {
    this.#release()
    this.#tunnel = true
    this.#core.tunnels++
    this.socket.write(head, 'latin1')
    return { socket: this.socket, head: this.#rest }
  }

  tunnelClosed(): void {
    if (this.#tunnel) this.#core.tunnels--
    this.#tunnel = false
    this.#exchange = undefined
  }

  // ---- going

  #release(): void {
    this.#state = GONE
    this.socket.off('data', this.#onData)
    this.socket.off('end', this.#onInputEnd)
    this.socket.off('drain', this.#onDrain)
  }

  /** Ends our side and drops what the client still sends, so that a reset does not overtake the response (RFC 9112 9.6). */
  linger(): void {
    if (this.#state >= LINGER) return
    this.#state = LINGER
    this.#since = 0
    this.#rest = none
    this.socket.end()
    this.socket.resume()
  }

  destroy(): void {
    this.socket.destroy()
  }

  /** Breaks whatever is under way. */
  abort(cause: AbortCause): void {
    const exchange = this.#exchange
    exchange?.abort(cause)
    exchange?.body.fail(new ParseFault('truncated'))
    this.socket.destroy()
  }

  readonly #onInputEnd = (): void => {
    this.#inputEnded = true
    if (this.#pumping || this.#state >= LINGER) return
    if (this.idle) this.linger()
    else if (this.#state === ANSWER && this.#core.serveHalfClosed) return
    else this.abort('client-gone')
  }

  readonly #onDrain = (): void => {
    this.#exchange?.responder?.writable()
  }

  readonly #onClose = (): void => {
    const exchange = this.#exchange
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
      if (age >= times.lingerMs) this.destroy()
    } else if (this.#state === BODY) {
      const stalled = this.#exchange === undefined || (this.#exchange.body.wanted && !this.socket.isPaused())
      if (stalled && times.bodyMs > 0 && age >= times.bodyMs) this.abort('client-gone')
    } else if (this.#state === FRESH || (this.#state === HEAD && this.#parser.begun)) {
      if (times.headMs > 0 && age >= times.headMs) this.#timeOutHead()
    } else if (this.#state === HEAD && times.idleMs > 0 && age >= times.idleMs) this.linger()
  }

  #timeOutHead(): void {
    if (this.#parser.begun) this.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    this.linger()
  }
}

/** Errors of the socket are always followed by `close`, which does the work. */
function ignore(): void {
  // see above
}
