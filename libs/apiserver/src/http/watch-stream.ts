/**
 * Writes a watch to a socket. An event becomes bytes once for all watchers of the same representation; the bytes carry their own chunk
 * framing, so that a write to a hundred watchers is a hundred socket writes and nothing else.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Status } from '@knative-ts/kube'
import type { WatchListener, WatchType } from '../requests/watch.ts'
import type { StoredObject } from '../store/object-store.ts'
import type { EventText } from './representation.ts'

/** A watcher that is this far behind is dropped: it lists again. */
const BACKLOG_BYTES = 16 * 1024 * 1024
const LINE_END = '\r\n'

const framed = (text: string) => Buffer.from(`${Buffer.byteLength(text).toString(16)}${LINE_END}${text}${LINE_END}`)

const unframed = (bytes: Buffer) => bytes.subarray(bytes.indexOf(LINE_END) + LINE_END.length, bytes.length - LINE_END.length)

/** Bytes of events by stored state, then by representation and type of event. Entries die with the state. */
const cache = new WeakMap<StoredObject, Map<string, Buffer>>()

function bytesOf(text: EventText, type: WatchType, stored: StoredObject): Buffer {
  const shared = text.sharedAs
  if (shared === undefined) return framed(text.of(type, stored))
  const forms = cache.get(stored) ?? new Map<string, Buffer>()
  cache.set(stored, forms)
  const key = `${type} ${shared}`
  const known = forms.get(key)
  if (known !== undefined) return known
  const bytes = framed(text.of(type, stored))
  forms.set(key, bytes)
  return bytes
}

/** One watcher's connection. */
export class WatchStream implements WatchListener {
  readonly #response: ServerResponse
  readonly #text: EventText
  #pending: Buffer[] = []
  #ended = false

  constructor(_request: IncomingMessage, response: ServerResponse, text: EventText, contentType: string) {
    this.#response = response
    this.#text = text
    response.setHeader('Content-Type', contentType)
    response.setHeader('Cache-Control', 'no-cache, private')
    response.setHeader('Transfer-Encoding', 'chunked')
    response.socket?.setNoDelay(true)
    response.writeHead(200)
    response.flushHeaders()
  }

  event(type: WatchType, stored: StoredObject): void {
    this.#pending.push(bytesOf(this.#text, type, stored))
  }

  bookmark(revision: number, initialEventsEnd: boolean): void {
    this.#pending.push(framed(this.#text.bookmark(revision, initialEventsEnd)))
  }

  error(status: Status): void {
    this.#pending.push(framed(`${JSON.stringify({ type: 'ERROR', object: status })}\n`))
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
