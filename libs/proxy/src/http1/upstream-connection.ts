import type { Socket } from 'node:net'
import { HeaderList } from '../header-list.ts'
import { UpstreamError } from '../outcome.ts'
import type { UpstreamListener, UpstreamStream } from '../upstream-stream.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { HeadParser } from './head-parser.ts'
import { type RequestHead, requestHeadText, trailersText } from './head-text.ts'
import { frameResponse } from './response-framing.ts'

const IDLE = 0
const HEAD = 1
const BODY = 2
const CHUNKED = 3
const UNTIL_END = 4
const DEAD = 5

/** A head as the pool sends it: the body is framed by its length, by chunks, or absent. */
export interface OutgoingRequest extends RequestHead {
  readonly hasBody: boolean
}

export interface UpstreamOwner {
  /** The response is over and the connection can serve another request. */
  reusable(connection: UpstreamConnection): void
  /** The connection has closed, or must not be used again. */
  gone(connection: UpstreamConnection): void
}

/** One HTTP/1.1 connection to an upstream, one request at a time. */
export class UpstreamConnection implements UpstreamStream {
  readonly address: string
  readonly socket: Socket
  /** Requests sent before the present one. */
  uses = 0
  /** performance.now of the moment it became idle. */
  idleSince = 0
  readonly #owner: UpstreamOwner
  readonly #parser: HeadParser
  readonly #limits: { readonly headBytes: number; readonly headerCount: number }
  #state = IDLE
  #listener: UpstreamListener | undefined
  #request: OutgoingRequest | undefined
  #decoder: ChunkedDecoder | undefined
  #left = 0
  #sent = false
  #keep = true
  #received = false

  constructor(address: string, socket: Socket, headBytes: number, owner: UpstreamOwner) {
    this.address = address
    this.socket = socket
    this.#owner = owner
    this.#limits = { headBytes, headerCount: 512 }
    this.#parser = new HeadParser('response', this.#limits)
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('drain', this.#onDrain)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
  }

  /** True when bytes of the present response have come: then the upstream has seen the request. */
  get received(): boolean {
    return this.#received
  }

  /** Begins a request: writes its head; the body follows through `chunk` and `end` when there is one. */
  send(request: OutgoingRequest, listener: UpstreamListener): void {
    this.#request = request
    this.#listener = listener
    this.#state = HEAD
    this.#sent = !request.hasBody
    this.#received = false
    this.#parser.reset()
    this.socket.write(requestHeadText(request), 'latin1')
  }

  // ---- the request body

  chunk(bytes: Uint8Array): boolean {
    if (this.#listener === undefined || this.socket.destroyed) return true
    if (this.#request?.chunked !== true) return this.socket.write(bytes)
    if (bytes.length === 0) return true
    this.socket.cork()
    this.socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1')
    this.socket.write(bytes)
    const more = this.socket.write('\r\n', 'latin1')
    this.socket.uncork()
    return more
  }

  end(trailers: HeaderList | undefined): void {
    if (this.#listener === undefined || this.#sent) return
    this.#sent = true
    if (this.#request?.chunked === true) this.socket.write(`0\r\n${trailersText(trailers)}`, 'latin1')
  }

  fail(): void {
    this.abort()
  }

  resume(): void {
    if (this.#listener !== undefined) this.socket.resume()
  }

  abort(): void {
    this.#listener = undefined
    this.kill()
  }

  kill(): void {
    if (this.#state === DEAD) return
    this.#state = DEAD
    this.socket.destroy()
    this.#owner.gone(this)
  }

  // ---- the response

  readonly #onData = (bytes: Buffer): void => {
    const listener = this.#listener
    if (listener === undefined) {
      // Bytes that nobody asked for: they could pass for the answer to the next request.
      this.kill()
      return
    }
    this.#received = true
    listener.cork()
    this.#read(bytes, listener)
    listener.uncork()
  }

  #read(bytes: Buffer, listener: UpstreamListener): void {
    let at = 0
    while (at < bytes.length || this.#state === HEAD) {
      if (this.#state === HEAD) {
        at = this.#readHead(bytes, at, listener)
        if (at < 0) return
      } else if (this.#state === BODY) {
        const stop = Math.min(bytes.length, at + this.#left)
        this.#left -= stop - at
        this.#deliver(listener, bytes.subarray(at, stop))
        at = stop
        if (this.#left === 0) {
          this.#finish(at < bytes.length, undefined)
          return
        }
      } else if (this.#state === CHUNKED) {
        const decoder = this.#decoder as ChunkedDecoder
        at = decoder.feed(bytes, at, (piece) => this.#deliver(listener, piece))
        if (decoder.fault !== undefined) {
          this.#failed('bad-response', `malformed chunked encoding: ${decoder.fault}`)
          return
        }
        if (decoder.done) {
          this.#finish(at < bytes.length, decoder.trailers)
          return
        }
      } else if (this.#state === UNTIL_END) {
        this.#deliver(listener, bytes.subarray(at))
        return
      } else return
    }
  }

  /** The offset after the head, or -1 when the rest of `bytes` has been dealt with. */
  #readHead(bytes: Buffer, at: number, listener: UpstreamListener): number {
    const parser = this.#parser
    const after = parser.feed(bytes, at)
    if (after < 0) {
      if (parser.fault !== undefined) this.#failed('bad-response', `malformed HTTP response: ${parser.fault}`)
      return -1
    }
    const { status, minor, fields, reason } = parser
    const request = this.#request as OutgoingRequest
    if (status === 101) {
      this.#switch(new HeaderList(fields), bytes.subarray(after), listener)
      return -1
    }
    if (status < 200) {
      parser.reset()
      listener.interim(status, new HeaderList(fields))
      return after < bytes.length ? after : -1
    }
    const frame = frameResponse(request.method, status, minor, fields)
    if (frame === undefined) {
      this.#failed('bad-response', 'malformed HTTP response: ambiguous length')
      return -1
    }
    this.#keep = frame.keepAlive
    this.#left = frame.bodyLength
    this.#state = frame.bodyLength === -2 ? UNTIL_END : frame.bodyLength === -1 ? CHUNKED : BODY
    if (this.#state === CHUNKED) this.#decoder = new ChunkedDecoder(this.#limits)
    listener.head(status, reason, new HeaderList(fields), Math.max(frame.bodyLength, -1))
    if (this.#left === 0 && this.#state === BODY) {
      this.#finish(after < bytes.length, undefined)
      return -1
    }
    return after
  }

  #deliver(listener: UpstreamListener, bytes: Uint8Array): void {
    if (this.#listener === listener && !listener.chunk(bytes)) this.socket.pause()
  }

  #switch(headers: HeaderList, rest: Buffer, listener: UpstreamListener): void {
    if (this.#request?.upgrade === undefined) {
      this.#failed('bad-response', 'unexpected 101 Switching Protocols')
      return
    }
    this.#listener = undefined
    this.#state = DEAD
    this.socket.off('data', this.#onData)
    this.socket.off('end', this.#onEnd)
    this.socket.off('drain', this.#onDrain)
    this.#owner.gone(this)
    listener.switched(headers, this.socket, rest)
  }

  /** The response is complete. `surplus`: bytes followed it, so the connection is not to be trusted. */
  #finish(surplus: boolean, trailers: string[] | undefined): void {
    const listener = this.#listener
    if (listener === undefined) return
    this.#listener = undefined
    const reusable = this.#keep && this.#sent && !surplus && !this.socket.destroyed && !this.socket.readableEnded
    if (reusable) {
      this.#state = IDLE
      this.uses++
      if (this.socket.isPaused()) this.socket.resume()
      this.#owner.reusable(this)
    } else this.kill()
    listener.end(trailers === undefined || trailers.length === 0 ? undefined : new HeaderList(trailers))
  }

  // ---- failing

  readonly #onDrain = (): void => {
    this.#listener?.drained()
  }

  readonly #onEnd = (): void => {
    if (this.#state === UNTIL_END) this.#finish(false, undefined)
    else if (this.#listener === undefined) this.kill()
    else this.#failed('closed', this.#state === HEAD ? 'EOF' : 'unexpected EOF')
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    const text =
      error.code === 'EPIPE' ? 'write: broken pipe' : error.code === 'ECONNRESET' ? 'read: connection reset by peer' : error.message
    this.#failed('reset', text)
  }

  readonly #onClose = (): void => {
    this.#failed('closed', 'EOF')
  }

  #failed(code: 'closed' | 'reset' | 'bad-response', message: string): void {
    const listener = this.#listener
    this.#listener = undefined
    this.kill()
    listener?.fail(new UpstreamError(code, this.address, message))
  }
}
