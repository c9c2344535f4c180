import { HeaderList, trimmed } from '../header-list.ts'
import type { Lane } from '../upstream/lane.ts'
import { UpstreamError } from '../upstream/outcome.ts'
import type { Submission } from '../upstream/submission.ts'
import type { UpstreamListener, UpstreamStream } from '../upstream/upstream-stream.ts'
import type { Wire, WireOwner } from '../wire/wire.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { writeChunk } from './exchange.ts'
import type { Head } from './head.ts'
import { type HeadLimits, HeadParser } from './head-parser.ts'
import { frameResponse } from './response-framing.ts'
import { type RequestHead, trailersText, writeRequestHead } from './write-head.ts'

const IDLE = 0
const HEAD = 1
const BODY = 2
const CHUNKED = 3
const UNTIL_END = 4
/** Given up; the other side has not closed yet. */
const LEAVING = 5
const DEAD = 6

/** A read of this size in mid-body: more will follow, and a buffer of its own pays. */
const bulkBytes = 32 * 1024
/** How long an upstream has to close its side of a request that was given up. */
const leaveMs = 100
/** Interim responses to one request; more are a flood. */
const mostInterim = 32

/** A head as the pool sends it: the body is framed by its length, by chunks, or absent. */
export interface OutgoingRequest extends RequestHead {
  /** The authority: `newHost`, or what the Host field says. */
  readonly host: string
  readonly hasBody: boolean
  /** Nobody waits for the answer any more: what was not sent yet must not be. */
  readonly givenUp: boolean
}

export interface UpstreamOwner {
  /** The response is over and the connection can serve another request. */
  reusable(connection: UpstreamConnection): void
  /** The connection has closed, or must not be used again. */
  gone(connection: UpstreamConnection): void
}

/**
 * One HTTP/1.1 connection to an upstream, one request at a time. Over 300 lines for the reason of the server's: sending, reading and leaving share
 * one state.
 */
export class UpstreamConnection implements UpstreamStream, WireOwner {
  readonly lane: Lane
  /** Of the lane, when it was opened; a connection of another era is not kept. */
  era: number
  readonly wire: Wire
  /** The lane's trunk carries it. */
  readonly carried: boolean
  /** It, or the trunk that carries it, had been kept before the present request: it may have been closed by the other side in the meantime. */
  wasKept: boolean
  /** performance.now of the moment it became idle; 0 while it works. */
  idleSince = 0
  readonly #owner: UpstreamOwner
  readonly #parser: HeadParser
  readonly #limits: HeadLimits
  #state = IDLE
  #listener: UpstreamListener | undefined
  #isHead = false
  #chunked = false
  /** Protocols that the request offers to switch to, lower case. */
  #offered: string | undefined
  #decoder: ChunkedDecoder | undefined
  #left = 0
  #sent = false
  #keep = true
  /** The first answer has come: it would have said that trunks are taken. */
  #heard: boolean
  #received = false
  #interims = 0
  #leaving: NodeJS.Timeout | undefined
  #whenLeft: (() => void) | undefined

  constructor(lane: Lane, wire: Wire, headBytes: number, owner: UpstreamOwner, carried = false) {
    this.lane = lane
    this.era = lane.era
    this.wire = wire
    wire.owner = this
    this.#owner = owner
    this.carried = this.#heard = this.wasKept = carried
    this.#limits = { headBytes, headerCount: 512 }
    this.#parser = new HeadParser('response', this.#limits)
  }

  /** True when bytes of the present response have come: then the upstream has seen the request. */
  get hasReceived(): boolean {
    return this.#received
  }

  /** Begins a request: writes its head; the body follows through `chunk` and `end` when there is one. */
  send(request: OutgoingRequest, listener: UpstreamListener): void {
    this.#begin(request.method, listener)
    this.#chunked = request.chunked
    this.#offered = request.upgrade
    this.#sent = !request.hasBody
    writeRequestHead(this.wire, request)
  }

  /** Sends a request whose fields are composed already, with its body. Piece by piece: one text of all would be made, flattened and thrown away for each. */
  sendWhole({ method, target, host, fields, tail, body }: Submission, listener: UpstreamListener): void {
    this.#begin(method, listener)
    this.#chunked = false
    this.#offered = undefined
    this.#sent = true
    const { wire } = this
    wire.writeText(this.lane.startOf(method, target, host))
    if (body !== undefined) wire.writeText(`Content-Length: ${body.length}\r\n`)
    wire.writeText(fields)
    if (tail !== undefined) wire.writeText(tail)
    wire.writeText('\r\n')
    if (body !== undefined) wire.write(body)
  }

  #begin(method: string, listener: UpstreamListener): void {
    this.#listener = listener
    this.#isHead = method === 'HEAD'
    this.#state = HEAD
    this.#received = false
    this.#interims = 0
  }

  // ---- the request body

  chunk(bytes: Uint8Array): boolean {
    if (this.#listener === undefined || bytes.length === 0) return true
    if (this.#chunked) writeChunk(this.wire, bytes)
    else this.wire.write(bytes)
    return !this.wire.congested
  }

  end(trailers: HeaderList | undefined): void {
    if (this.#listener === undefined || this.#sent) return
    this.#sent = true
    if (this.#chunked) this.wire.writeText(`0\r\n${trailersText(trailers)}`)
  }

  fail(): void {
    // Whoever has given it up already is told by `abort`.
    if (this.#state !== LEAVING) this.abort(ignore)
  }

  resume(): void {
    if (this.#listener !== undefined) this.wire.resume()
  }

  /**
   * Ends our side and waits until the upstream, which may still work on the request, has ended its own: closing both sides at once would let the next
   * request overtake the news on another connection, and who counts there would count two. An upstream that does not listen is cut off after a moment.
   */
  abort(left?: () => void): void {
    this.#listener = undefined
    if (this.#state === DEAD || left === undefined) {
      if (this.#state !== LEAVING) this.kill()
      left?.()
      return
    }
    this.#whenLeft = left
    if (this.#state === LEAVING) return
    this.#state = LEAVING
    this.#parser.reset()
    this.#owner.gone(this)
    this.#leaving = setTimeout(() => this.wire.destroy(), leaveMs)
    this.wire.bulk = false
    this.wire.resume()
    this.wire.end()
  }

  kill(): void {
    if (this.#state >= LEAVING) return
    this.#state = DEAD
    this.wire.destroy()
    this.#parser.reset()
    this.#owner.gone(this)
  }

  // ---- the response

  received(bytes: Buffer, from: number, to: number): void {
    if (this.#state === LEAVING) return
    const listener = this.#listener
    if (listener === undefined) {
      // Bytes that nobody asked for: they could pass for the answer to the next request.
      this.kill()
      return
    }
    this.#received = true
    let at = from
    while (at < to && this.#listener === listener) {
      if (this.#state === HEAD) at = this.#readHead(bytes, at, to, listener)
      else at = this.#readBody(bytes, at, to, listener)
    }
    this.wire.bulk = this.#state >= BODY && this.#state <= UNTIL_END && to - from >= bulkBytes
  }

  #readBody(bytes: Buffer, at: number, to: number, listener: UpstreamListener): number {
    if (this.#state === BODY) {
      const stop = Math.min(to, at + this.#left)
      this.#left -= stop - at
      this.#deliver(listener, bytes.subarray(at, stop))
      if (this.#left === 0) this.#finish(stop < to, undefined)
      return stop
    }
    if (this.#state === CHUNKED) {
      const decoder = this.#decoder as ChunkedDecoder
      const after = decoder.feed(bytes, at, to, (piece) => this.#deliver(listener, piece))
      if (decoder.fault !== undefined) this.#failed('bad-response', `malformed chunked encoding: ${decoder.fault}`)
      else if (decoder.done) this.#finish(after < to, decoder.takeTrailers())
      return decoder.fault === undefined ? after : to
    }
    this.#deliver(listener, bytes.subarray(at, to))
    return to
  }

  /** The offset after what was used of the bytes. */
  #readHead(bytes: Buffer, at: number, to: number, listener: UpstreamListener): number {
    const parser = this.#parser
    const after = parser.feed(bytes, at, to)
    if (after < 0) {
      if (parser.fault !== undefined) this.#failed('bad-response', `malformed HTTP response: ${parser.fault}`)
      return to
    }
    const head = parser.take()
    const headers = HeaderList.received(head)
    const { status } = head
    if (status >= 200) this.#final(head, headers, after < to, listener)
    else if (status === 101) this.#switch(headers, Buffer.from(bytes.subarray(after, to)), listener)
    else if (++this.#interims > mostInterim) this.#failed('bad-response', 'net/http: too many 1xx informational responses')
    // One that closes, as HTTP/1.0 does, leaves nothing behind it to wait for; Node refuses what follows.
    else if (frameResponse(head, true)?.keepAlive !== true) this.#failed('bad-response', 'malformed HTTP response: interim response')
    else {
      // It has no body (RFC 9110 15.2); a length would only mislead.
      headers.remove('Content-Length')
      listener.interim(status, headers)
    }
    headers.release()
    return status === 101 ? to : after
  }

  #final(head: Head, headers: HeaderList, more: boolean, listener: UpstreamListener): void {
    const frame = frameResponse(head, this.#isHead)
    if (frame === undefined) {
      this.#failed('bad-response', 'malformed HTTP response: ambiguous length')
      return
    }
    if (!this.#heard) this.#hear(headers)
    const { bodyLength } = frame
    this.#keep = frame.keepAlive
    this.#left = bodyLength
    this.#state = bodyLength === -2 ? UNTIL_END : bodyLength === -1 ? CHUNKED : BODY
    if (bodyLength === -1) this.#decoder = new ChunkedDecoder(this.#limits)
    listener.head(head.status, '', headers, bodyLength < 0 ? -1 : bodyLength)
    if (bodyLength === 0) this.#finish(more, undefined)
  }

  #hear(headers: HeaderList): void {
    this.#heard = true
    const { lane } = this
    if (this.era === lane.era && headers.get('Upgrade') === lane.trunkOffer) lane.takesTrunks = true
  }

  #deliver(listener: UpstreamListener, bytes: Uint8Array): void {
    if (this.#listener === listener && !listener.chunk(bytes)) this.wire.pause()
  }

  #switch(headers: HeaderList, read: Buffer, listener: UpstreamListener): void {
    if (this.#offered === undefined) {
      this.#failed('bad-response', 'unexpected 101 Switching Protocols')
      return
    }
    const chosen = headers.getAll('Upgrade').join()
    if (chosen === '' || !this.#offered.split(',').some((offer) => trimmed(offer) === chosen.toLowerCase())) {
      this.#failed('bad-response', `backend tried to switch protocol "${chosen}" when "${this.#offered}" was requested`)
      return
    }
    this.#listener = undefined
    this.#state = DEAD
    this.#owner.gone(this)
    listener.switched(headers, this.wire, read)
  }

  /** The response is complete. `surplus`: bytes followed it, so the connection is not to be trusted. */
  #finish(surplus: boolean, trailers: HeaderList | undefined): void {
    const listener = this.#listener
    if (listener === undefined) return
    this.#listener = undefined
    const { wire } = this
    wire.bulk = false
    if (this.#keep && this.#sent && !surplus && !wire.destroyed && !wire.inputOver) {
      this.#state = IDLE
      wire.resume()
      this.#owner.reusable(this)
    } else this.kill()
    listener.end(trailers)
  }

  // ---- failing

  drained(): void {
    this.#listener?.drained()
  }

  inputEnded(): void {
    if (this.#state === LEAVING) {
      this.wire.destroy()
      return
    }
    if (this.#state === UNTIL_END) this.#finish(false, undefined)
    else if (this.#listener === undefined) this.kill()
    else this.#failed('closed', this.#state === HEAD ? 'EOF' : 'unexpected EOF')
  }

  closed(error: NodeJS.ErrnoException | undefined): void {
    if (this.#state === LEAVING) {
      this.#state = DEAD
      clearTimeout(this.#leaving)
      this.#whenLeft?.()
      return
    }
    if (error === undefined) this.#failed('closed', 'EOF')
    else if (error.code === 'EPIPE') this.#failed('reset', 'write: broken pipe')
    else this.#failed('reset', error.code === 'ECONNRESET' ? 'read: connection reset by peer' : error.message)
  }

  #failed(code: 'closed' | 'reset' | 'bad-response', message: string): void {
    const listener = this.#listener
    this.#listener = undefined
    this.kill()
    listener?.fail(new UpstreamError(code, this.lane.address, message))
  }
}

function ignore(): void {
  // who gave the body up is told by its exchange
}
