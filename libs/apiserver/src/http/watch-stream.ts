/**
 * Writes a watch to a socket. An event becomes bytes once for all watchers of the same representation; the bytes carry their own chunk
 * framing, so that a write to a hundred watchers is a hundred socket writes and nothing else.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Status } from '@knative-ts/kube'
import type { WatchListener, WatchType } from '../requests/watch.ts'
import type { StoredObject } from '../store/object-store.ts'
import type { EventBody } from './representation.ts'

/** A watcher that is this far behind is dropped: it lists again. */
const BACKLOG_BYTES = 16 * 1024 * 1024
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
  readonly #response: ServerResponse
  readonly #body: EventBody
  #pending: Buffer[] = []
  #ended = false

  constructor(_request: IncomingMessage, response: ServerResponse, body: EventBody, contentType: string) {
    this.#response = response
    this.#body = body
    response.setHeader('Content-Type', contentType)
    response.setHeader('Cache-Control', 'no-cache, private')
    response.setHeader('Transfer-Encoding', 'chunked')
    response.socket?.setNoDelay(true)
    response.writeHead(200)
    response.flushHeaders()
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
    const { socket } = this.#response
    this.#pending = []
    if (this.#ended || pending.length === 0) return
    if (socket === null) {
      // The answer before this one on the connection is not quite through: until it is, node keeps what follows, and frames it.
      for (const bytes of pending) this.#response.write(unframed(bytes))
      return
    }
    if (socket.destroyed) return
    if (socket.writableLength > BACKLOG_BYTES) {
      socket.destroy()
      return
    }
    socket.write(pending.length === 1 && pending[0] !== undefined ? pending[0] : Buffer.concat(pending))
  }

  /** Ends the stream in good order. */
  end(): void {
    if (this.#ended) return
    this.flush()
    this.#ended = true
    this.#response.end()
  }
}
