import { channels } from '../diagnostics.ts'
import { HeaderList } from '../header-list.ts'
import type { ServerCore } from '../server/server-core.ts'
import type { Swept } from '../sweeper.ts'
import { turnTime } from '../wire/turn.ts'
import type { Wire } from '../wire/wire.ts'
import { errorCode, frameHead, largest31, setting } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'
import { Http2Exchange, type ResponseSender } from './exchange.ts'
import { FieldEncoder } from './hpack/encoder.ts'
import { markNeverIndexed } from './hpack/never-indexed.ts'
import { firstServerWindow, serverConnectionWindow, stalledMs } from './limits.ts'
import { encodeResponse } from './message-encoder.ts'
import { Peer } from './peer.ts'
import { readRequestHead, readTrailers, type RequestFault, RequestHead } from './request-head.ts'
import { Http2Request } from './request.ts'
import { Http2Session } from './session.ts'
import { Http2Stream } from './stream.ts'

const prefaceBytes = 24
const drainPing = Buffer.from('draining', 'latin1')
const plainText = 'text/plain; charset=utf-8'

/** What the server needs of an HTTP/2 session. */
export interface Http2Door extends Swept {
  /** Lets the open streams finish, takes no others, and closes. */
  drain(): void
  /** Breaks everything off. */
  destroy(): void
  /** Keeps the time limits; called every now and then with performance.now. */
  sweep(now: number): void
}

/** Serves HTTP/2 on a wire of which `read`, beginning with the preface, has been read. `closed` is called once, when the wire has closed. */
export function serveHttp2(wire: Wire, read: Buffer, core: ServerCore, closed: () => void): Http2Door {
  const session = new ServerSession(wire, core, closed)
  wire.owner = session
  session.greet()
  session.received(read, prefaceBytes, read.length)
  return session
}

class ServerSession extends Http2Session implements Http2Door, ResponseSender {
  protected lastPeerId = 0
  readonly #core: ServerCore
  readonly #closed: () => void
  readonly #peer: Peer
  /** Streams above it are not served: 2^31-1 until the last GOAWAY. */
  #lastServed = largest31
  /** `asked`: a first GOAWAY has been sent, and the answer to a PING will say that the client has seen it. */
  #draining: 'no' | 'asked' | 'told' = 'no'
  #drainedAt = 0
  #idleSince = turnTime()
  /** Frames of data that had been sent, and when, as the last sweep saw them. */
  #sentFrames = 0
  #sentAt = turnTime()

  constructor(wire: Wire, core: ServerCore, closed: () => void) {
    super(wire, { role: 'server', limits: core.limits, connectionWindow: serverConnectionWindow, assumedStreams: 0 })
    this.#core = core
    this.#closed = closed
    this.#peer = new Peer(wire)
  }

  greet(): void {
    this.writer.settings([
      [setting.maxConcurrentStreams, this.#core.limits.streams],
      [setting.maxHeaderListSize, this.#core.limits.headBytes]
    ])
    this.window.begin()
  }

  override received(bytes: Buffer, from: number, to: number): void {
    super.received(bytes, from, to)
    // A client that does not read its answers is not read either.
    if (this.stuffed && !this.over) this.wire.pause()
  }

  // ---- requests

  protected override isIdle(id: number): boolean {
    return (id & 1) === 0 || id > this.lastPeerId
  }

  protected override headersOfNew(id: number, endStream: boolean): void {
    if ((id & 1) === 0) throw new ConnectionFault(errorCode.protocol, 'a client opens an even stream (RFC 9113 5.1.1)')
    if (id <= this.lastPeerId) {
      // An id that was passed over has been given up with it (5.1.1).
      if (!this.resets.has(id) && !this.completed.has(id)) {
        throw new ConnectionFault(errorCode.protocol, 'a stream id smaller than the last (RFC 9113 5.1.1)')
      }
      this.lateFrame(id, 'HEADERS')
      return
    }
    if (id > this.#lastServed) return
    this.lastPeerId = id
    if (this.streams.size >= this.#core.limits.streams) {
      this.guard.reset()
      this.refuse(id, errorCode.refusedStream)
      return
    }
    const fault = this.decoder.tooLarge ? 'too-large' : readRequestHead(endStream)
    if (fault === undefined) this.#serve(id, endStream)
    else this.#refuseRequest(id, endStream, fault)
  }

  #serve(id: number, endStream: boolean): void {
    const stream = new Http2Stream(id, this, this.sender.initialWindow, firstServerWindow)
    stream.owed = RequestHead.length
    stream.receivedEnd = endStream
    stream.lastReceived = this.lastFrame
    this.streams.add(stream)
    const { method, target, headers, length, expectsContinue } = RequestHead
    markNeverIndexed(headers, this.decoder.neverIndexed)
    this.#core.serve(new Http2Exchange(this, stream, new Http2Request(method, target, headers, this.#peer), length, expectsContinue))
  }

  #refuseRequest(id: number, endStream: boolean, fault: RequestFault): void {
    this.#core.refused++
    if (channels.refused.hasSubscribers) {
      channels.refused.publish({ code: fault, detail: `HTTP/2 stream ${id}`, remoteAddress: this.#peer.remoteAddress })
    }
    this.guard.reset()
    if (fault === 'malformed') {
      this.refuse(id, errorCode.protocol)
      return
    }
    const status = fault === 'too-large' ? 431 : fault === 'unknown-expectation' ? 417 : 400
    const body = Buffer.from(`${status}: ${fault}`)
    const stream = new Http2Stream(id, this, this.sender.initialWindow, firstServerWindow)
    stream.receivedEnd = endStream
    stream.user = { data: () => true, dataEnd: () => {}, broken: () => {}, writable: () => {} }
    stream.discard()
    this.streams.add(stream)
    this.sendHead(stream, status, new HeaderList(['content-type', plainText, 'content-length', String(body.length)]), false)
    this.send(stream, body)
    this.end(stream, undefined)
  }

  protected override headersOf(stream: Http2Stream, endStream: boolean): void {
    const trailers = endStream && !this.decoder.tooLarge ? readTrailers() : undefined
    if (trailers === undefined) this.resetStream(stream, errorCode.protocol, 'malformed trailers (RFC 9113 8.1)')
    else if (this.owes(stream, 0, true)) this.receivedEnd(stream, trailers.size > 0 ? trailers : undefined)
  }

  // ---- responses

  sendHead(stream: Http2Stream, status: number, headers: HeaderList, endStream: boolean): void {
    if (stream.broken || stream.ending || this.over) return
    encodeResponse(this.encoder, status, headers)
    this.unread(frameHead + FieldEncoder.at)
    this.writer.headers(stream.id, endStream)
    if (!endStream) return
    stream.ending = stream.sentEnd = true
    this.sentEnd(stream)
  }

  /** The response is whole before the request is: the client need not send the rest (RFC 9113 8.1). */
  protected override outputEnded(stream: Http2Stream): void {
    this.cancel(stream, errorCode.none)
  }

  // ---- going

  drain(): void {
    if (this.#draining !== 'no' || this.over) return
    this.#draining = 'asked'
    this.#drainedAt = turnTime()
    // Streams that the client opens before it has seen this are served still (RFC 9113 6.8).
    this.writer.goAway(largest31, errorCode.none, '')
    this.writer.ping(false, drainPing, 0)
  }

  protected override pingAcknowledged(payload: Buffer): void {
    if (this.#draining === 'asked' && payload.equals(drainPing)) this.#tellLast()
  }

  #tellLast(): void {
    this.#draining = 'told'
    this.#lastServed = this.lastPeerId
    this.writer.goAway(this.lastPeerId, errorCode.none, '')
    if (this.streams.size === 0) this.#finish()
  }

  #finish(): void {
    this.over = true
    this.reader.stop()
    this.lastFrame = turnTime()
    this.wire.end()
  }

  protected override emptied(): void {
    this.#idleSince = turnTime()
    if (this.#draining === 'told') this.#finish()
  }

  destroy(): void {
    this.breakAll({ code: errorCode.cancel, text: 'the server was closed', by: 'connection', unsent: false })
    this.wire.destroy()
  }

  inputEnded(): void {
    // Without its windows nothing but the smallest answer could be sent: a client that ends its side is gone.
    if (this.streams.size > 0 && !this.over) this.wire.destroy()
    else this.wire.end()
  }

  protected override lost(): void {
    this.#closed()
  }

  protected override wentAway(): void {
    // A client opens no more streams, or it does: nothing is pushed to it that this would end.
  }

  sweep(now: number): void {
    const { headMs, idleMs, bodyMs, lingerMs } = this.#core.times
    if (this.over) {
      if (now - this.lastFrame >= lingerMs) this.wire.destroy()
      return
    }
    if (headMs > 0 && (this.headBegunBefore(now - headMs) || (!this.greeted && now - this.lastFrame >= headMs))) {
      this.fail(errorCode.enhanceYourCalm, 'a head took too long')
    } else if (idleMs > 0 && this.streams.size === 0 && now - this.#idleSince >= idleMs) this.drain()
    if (this.#draining === 'asked' && now - this.#drainedAt >= lingerMs) this.#tellLast()
    if (bodyMs > 0) {
      for (const stream of this.streams.all()) {
        if (stream.wanted && now - stream.lastReceived >= bodyMs) this.#giveUp(stream)
      }
    }
    this.#sweepStalled(now)
  }

  #giveUp(stream: Http2Stream): void {
    this.cancel(stream, errorCode.cancel)
    stream.user.broken({ code: errorCode.cancel, text: 'the body took too long', by: 'here', unsent: false })
  }

  /** Answers wait, and nothing at all has been taken for very long. */
  #sweepStalled(now: number): void {
    if (this.sender.queued === 0 || this.sender.frames !== this.#sentFrames) {
      this.#sentFrames = this.sender.frames
      this.#sentAt = now
    } else if (now - this.#sentAt >= stalledMs) this.fail(errorCode.enhanceYourCalm, 'windows stay shut')
  }
}
