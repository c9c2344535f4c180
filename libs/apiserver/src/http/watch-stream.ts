/**
 * Writes a watch to a socket. An event becomes bytes once for all watchers of the same representation; the bytes carry their own chunk
 * framing, so that a write to a hundred watchers is a hundred socket writes and nothing else. What a client does not take waits here,
 * not in the socket, so that it can be counted: a client that falls too far behind, or takes nothing for long, is dropped.
 */
import { channel } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Status } from '@knative-ts/kube'
import type { WatchListener, WatchType } from '../requests/watch.ts'
import type { StoredObject } from '../store/object-store.ts'
import type { EventBody } from './representation.ts'

/** How far a watcher may be behind before it is dropped: it watches again from the last version that it knows. */
export interface WatchLimits {
  /** Bytes that wait for it; what the watch began with (the present state, or what it had missed) does not count. */
  readonly backlogBytes: number
  /** Milliseconds in which it took nothing although something waits for it. */
  readonly stallMs: number
}

export const WATCH_LIMITS: WatchLimits = { backlogBytes: 16 * 1024 * 1024, stallMs: 60_000 }

/** A watcher that was dropped: published on the channel `knative.apiserver.watch-dropped`. */
export interface WatchDropped {
  readonly url: string
  /** Bytes that waited for it. */
  readonly backlogBytes: number
  readonly why: 'backlog' | 'stalled'
}

const drops = channel('knative.apiserver.watch-dropped')
/** What a socket is handed at once, more than it takes before it tells of its draining: a client that takes as much in time is slow, not gone. */
const PIECE_BYTES = 256 * 1024
const LINE_END = '\r\n'

const framed = (body: string | Buffer) => {
  const size = Buffer.byteLength(body).toString(16)
  if (typeof body === 'string') return Buffer.from(`${size}${LINE_END}${body}${LINE_END}`)
  return Buffer.concat([Buffer.from(`${size}${LINE_END}`), body, Buffer.from(LINE_END)])
}

const unframed = (bytes: Buffer) => bytes.subarray(bytes.indexOf(LINE_END) + LINE_END.length, bytes.length - LINE_END.length)

/** Bytes of events by representation and type of event, then by stored state. All watchers hear of a change in one turn: no longer do they live. */
const cache = new Map<string, Map<StoredObject, Buffer>>()
let forgetting = false

function forget(): void {
  forgetting = false
  cache.clear()
}

function bytesOf(body: EventBody, type: WatchType, stored: StoredObject): Buffer {
  const shared = body.sharedAs
  if (shared === undefined) return framed(body.of(type, stored))
  const key = `${type} ${shared}`
  let forms = cache.get(key)
  if (forms === undefined) {
    forms = new Map()
    cache.set(key, forms)
  }
  const known = forms.get(stored)
  if (known !== undefined) return known
  const bytes = framed(body.of(type, stored))
  forms.set(stored, bytes)
  if (!forgetting) {
    forgetting = true
    setImmediate(forget)
  }
  return bytes
}

/** One watcher's connection. */
export class WatchStream implements WatchListener {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #body: EventBody
  readonly #limits: WatchLimits
  /** Events of this turn. */
  #pending: Buffer[] = []
  /** What the socket has not been handed yet. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  /** How much of what waits is the beginning; undefined until that is known. */
  #beginning: number | undefined
  #stall: NodeJS.Timeout | undefined
  #ended = false

  constructor(
    { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
    body: EventBody,
    contentType: string,
    limits: WatchLimits
  ) {
    this.#request = request
    this.#response = response
    this.#body = body
    this.#limits = limits
    response.setHeader('Content-Type', contentType)
    response.setHeader('Cache-Control', 'no-cache, private')
    response.setHeader('Transfer-Encoding', 'chunked')
    request.socket.setNoDelay(true)
    response.writeHead(200)
    response.flushHeaders()
    request.socket.on('drain', this.#drained)
    // While an answer before this one on the connection is not through, this one has no socket. Node tells of it, then writes the head.
    if (response.socket === null) response.once('socket', () => process.nextTick(this.#drained))
  }

  event(type: WatchType, stored: StoredObject): void {
    this.#pending.push(bytesOf(this.#body, type, stored))
  }

  bookmark(revision: number, initialEventsEnd: boolean): void {
    this.#pending.push(framed(this.#body.bookmark(revision, initialEventsEnd)))
  }

  error(status: Status): void {
    this.#pending.push(framed(this.#body.failed(status)))
  }

  flush(): void {
    const pending = this.#pending
    this.#pending = []
    if (this.#ended || pending.length === 0) return
    for (const bytes of pending) this.#waitingBytes += bytes.length
    this.#beginning ??= this.#waitingBytes
    this.#waiting.push(...(pending.length === 1 || this.#response.socket === null ? pending : [Buffer.concat(pending)]))
    this.#write()
    const { backlogBytes } = this.#limits
    if (this.#waitingBytes - this.#beginning > backlogBytes) this.#drop('backlog')
  }

  readonly #drained = (): void => {
    clearTimeout(this.#stall)
    this.#stall = undefined
    this.#write()
  }

  /** Hands the socket what it takes, a piece at a time. */
  #write(): void {
    const { socket } = this.#response
    if (socket === null || socket.destroyed) return
    while (this.#waitingBytes > 0 && socket.writableLength < PIECE_BYTES) socket.write(this.#piece())
    if (this.#waitingBytes > 0) this.#stall ??= setTimeout(() => this.#drop('stalled'), this.#limits.stallMs)
  }

  /** As many of the waiting events as make a piece, or a part of one that is larger. One write of all costs much less than one of each. */
  #piece(): Buffer {
    const [first = Buffer.alloc(0)] = this.#waiting
    let count = 1
    let size = first.length
    for (let next = this.#waiting[count]; next !== undefined && size + next.length <= PIECE_BYTES; next = this.#waiting[++count])
      size += next.length
    const taken = this.#waiting.splice(0, count)
    const piece = count === 1 ? first.subarray(0, PIECE_BYTES) : Buffer.concat(taken, size)
    if (piece.length < size) this.#waiting.unshift(first.subarray(PIECE_BYTES))
    this.#waitingBytes -= piece.length
    if (this.#beginning !== undefined) this.#beginning = Math.max(0, this.#beginning - piece.length)
    return piece
  }

  #drop(why: WatchDropped['why']): void {
    const dropped: WatchDropped = { url: this.#request.url ?? '', backlogBytes: this.#waitingBytes, why }
    this.stop()
    this.#request.socket.destroy()
    drops.publish(dropped)
  }

  /** Ends the stream in good order. What waits is bounded: node may have it at once. */
  end(): void {
    if (this.#ended) return
    this.flush()
    if (this.#ended) return
    const { socket } = this.#response
    const rest = this.#waiting
    this.stop()
    // Without a socket node keeps what is written, and frames it.
    for (const bytes of rest)
      if (socket === null) this.#response.write(unframed(bytes))
      else if (!socket.destroyed) socket.write(bytes)
    this.#response.end()
  }

  /** Nothing is written any more: the client is gone. */
  stop(): void {
    this.#ended = true
    clearTimeout(this.#stall)
    this.#request.socket.off('drain', this.#drained)
    this.#waiting = []
    this.#waitingBytes = 0
  }
}
