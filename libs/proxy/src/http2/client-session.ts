import type { OutgoingRequest } from '../http1/upstream-connection.ts'
import type { UpstreamListener } from '../upstream/upstream-stream.ts'
import { turnTime } from '../wire/turn.ts'
import type { Wire } from '../wire/wire.ts'
import { errorCode, errorName, frameHead, largest31, setting } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'
import { FieldEncoder } from './hpack/encoder.ts'
import { markNeverIndexed } from './hpack/never-indexed.ts'
import { assumedStreams, clientConnectionWindow, firstClientWindow, mostInterims, mostStreamsUpstream } from './limits.ts'
import { encodeRequest } from './message-encoder.ts'
import { readTrailers } from './request-head.ts'
import { readResponseHead, ResponseHead } from './response-head.ts'
import { Http2Session } from './session.ts'
import { Http2Stream } from './stream.ts'
import { Http2UpstreamStream, type RequestSender } from './upstream-stream.ts'

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** A connection to an upstream, with prior knowledge. */
export class ClientSession extends Http2Session implements RequestSender {
  readonly address: string
  protected readonly lastPeerId = 0
  readonly #gone: (session: ClientSession) => void
  #nextId = 1
  /** No new streams: the upstream goes away, or nobody wants the connection any more. */
  #leaving = false
  /** performance.now of the moment since when no stream is open. */
  #idleSince = turnTime()

  /** @param gone told once, when the connection takes no more streams. */
  constructor(wire: Wire, address: string, headBytes: number, gone: (session: ClientSession) => void) {
    super(wire, {
      role: 'client',
      limits: { headBytes, headerCount: 512 },
      connectionWindow: clientConnectionWindow,
      assumedStreams
    })
    this.address = address
    this.#gone = gone
    wire.owner = this
    wire.writeText(preface)
    this.writer.settings([
      [setting.enablePush, 0],
      [setting.initialWindowSize, firstClientWindow],
      [setting.maxHeaderListSize, headBytes]
    ])
    this.window.begin()
  }

  /** Another request can be sent. */
  get available(): boolean {
    return !this.#leaving && !this.stuffed && this.streams.size < Math.min(this.peer.maxConcurrentStreams, mostStreamsUpstream)
  }

  /** Sends a request's head; the body follows through the stream. */
  request(request: OutgoingRequest, listener: UpstreamListener): Http2UpstreamStream {
    const id = this.#nextId
    this.#nextId += 2
    const stream = new Http2Stream(id, this, this.sender.initialWindow, firstClientWindow)
    this.streams.add(stream)
    const upstream = new Http2UpstreamStream(this, stream, listener, request.method === 'HEAD')
    encodeRequest(this.encoder, request)
    this.unread(frameHead + FieldEncoder.at)
    this.writer.headers(id, !request.hasBody)
    if (!request.hasBody) stream.ending = stream.sentEnd = true
    if (this.#nextId > largest31 - 2) this.leave()
    return upstream
  }

  // ---- responses

  protected override isIdle(id: number): boolean {
    return (id & 1) === 0 || id >= this.#nextId
  }

  protected override headersOfNew(id: number): void {
    if (this.isIdle(id)) throw new ConnectionFault(errorCode.protocol, 'HEADERS on an idle stream (RFC 9113 5.1)')
    this.lateFrame()
  }

  /** Responses to requests that were given up come late as long as the upstream likes. */
  protected override lateFrame(): void {
    this.guard.control()
  }

  protected override headersOf(stream: Http2Stream, endStream: boolean): void {
    const upstream = stream.user as Http2UpstreamStream
    if (this.decoder.tooLarge) this.resetStream(stream, errorCode.protocol, 'the head of the response is too large')
    else if (upstream.answered) this.#trailers(stream, endStream)
    else this.#head(stream, upstream, endStream)
  }

  #trailers(stream: Http2Stream, endStream: boolean): void {
    const trailers = endStream ? readTrailers() : undefined
    if (trailers === undefined) this.resetStream(stream, errorCode.protocol, 'malformed trailers (RFC 9113 8.1)')
    else if (this.owes(stream, 0, true)) this.receivedEnd(stream, trailers.size > 0 ? trailers : undefined)
  }

  #head(stream: Http2Stream, upstream: Http2UpstreamStream, endStream: boolean): void {
    const fault = readResponseHead()
    if (fault !== undefined) {
      this.resetStream(stream, errorCode.protocol, `malformed response: ${fault}`)
      return
    }
    const { status, headers, length } = ResponseHead
    markNeverIndexed(headers, this.decoder.neverIndexed)
    if (status < 200) {
      if (endStream || ++upstream.interims > mostInterims)
        this.resetStream(stream, errorCode.protocol, 'a response of interim heads (RFC 9113 8.1)')
      else upstream.interim(status, headers)
      return
    }
    const bodiless = upstream.isHead || status === 204 || status === 304
    stream.owed = bodiless ? 0 : length
    if (endStream && !bodiless && length > 0) {
      this.resetStream(stream, errorCode.protocol, 'the body has not the announced length (RFC 9113 8.1.1)')
      return
    }
    // An empty body may have trailers: only the end of the stream says that nothing follows.
    if (!endStream && length === 0) headers.remove('content-length')
    upstream.head(status, headers, endStream ? 0 : length > 0 ? length : -1)
    if (endStream && this.streams.get(stream.id) === stream) this.receivedEnd(stream, undefined)
  }

  protected override expectsData(stream: Http2Stream): boolean {
    return (stream.user as Http2UpstreamStream).answered
  }

  protected override outputEnded(): void {
    // The response is still to come.
  }

  // ---- going

  protected override wentAway(lastId: number, code: number, text: string): void {
    const unseen = this.streams.all().filter((stream) => stream.id > lastId)
    this.leave()
    const shown = `http2: server sent GOAWAY and closed the connection; LastStreamID=${lastId}, ErrCode=${errorName(code)}, debug=${JSON.stringify(text)}`
    for (const stream of unseen) this.break(stream, { code, text: shown, by: 'connection', unsent: true })
    if (this.streams.size === 0) this.#finish()
  }

  /** Takes no more streams, and closes when those that are open have ended. */
  leave(): void {
    if (this.#leaving) return
    this.#leaving = true
    this.#gone(this)
    if (this.streams.size === 0) this.#finish()
  }

  /** Closes when nothing was asked for so long; called now and then. */
  sweep(now: number, idleMs: number, lingerMs: number): void {
    if (this.over) {
      if (now - this.lastFrame >= lingerMs) this.wire.destroy()
    } else if (this.streams.size === 0 && now - this.#idleSince >= idleMs) this.leave()
  }

  #finish(): void {
    if (this.over) return
    this.over = true
    this.reader.stop()
    this.lastFrame = turnTime()
    this.writer.goAway(0, errorCode.none, '')
    this.wire.end()
  }

  protected override emptied(): void {
    this.#idleSince = turnTime()
    if (this.#leaving) this.#finish()
  }

  inputEnded(): void {
    if (this.over) this.wire.end()
    else this.wire.destroy()
    this.#leaveQuietly()
  }

  protected override lost(): void {
    this.#leaveQuietly()
  }

  #leaveQuietly(): void {
    if (this.#leaving) return
    this.#leaving = true
    this.#gone(this)
  }
}
