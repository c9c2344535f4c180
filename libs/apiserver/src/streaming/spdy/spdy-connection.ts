/**
 * The server's side of a SPDY/3.1 connection over any byte stream. There is no window for flow control: Kubernetes' clients know none, so a stream
 * that nobody reads holds up the whole connection once its inbox is full, as it does in Kubernetes.
 */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { type ControlFrame, controlFrame, type DataPiece, dataHead, flagFin, FrameReader, frameType, wordOf } from './frames.ts'
import { HeaderReader, type Headers, HeaderWriter } from './header-block.ts'
import { SpdyError } from './spdy-error.ts'
import { SpdyStream, type StreamCarrier } from './spdy-stream.ts'

/** Bytes that wait in inboxes before the transport is no longer read. */
const mostWaiting = 1024 * 1024
/** Streams at one time: a port-forward has two a connection. */
const mostStreams = 4_096
/** A peer that does not end its side after our goodbye is cut off. ms. */
const lingerMs = 2_000
const dataBytes = 32 * 1024
const status = { protocolError: 1, refusedStream: 3, cancel: 5 } as const
const noHeaders: Headers = new Map()

export class SpdyConnection implements StreamCarrier {
  readonly #transport: Duplex
  readonly #accept: (stream: SpdyStream) => boolean
  readonly #headerReader = new HeaderReader()
  readonly #headerWriter = new HeaderWriter()
  readonly #streams = new Map<number, SpdyStream>()
  readonly #closing = new AbortController()
  #lastStream = 0
  #waiting = 0
  #onRoom: (() => void) | undefined
  #failure: Error | undefined

  /** `accept` hears of every stream that the client opens; false refuses it. It must not send before it has returned. */
  constructor(transport: Duplex, accept: (stream: SpdyStream) => boolean) {
    this.#transport = transport
    this.#accept = accept
    // Told by the read loop.
    transport.on('error', () => undefined)
    transport.on('close', () => this.#closing.abort())
  }

  /** Aborted when the connection is over. */
  get signal(): AbortSignal {
    return this.#closing.signal
  }

  /** Reads until the connection is over. Never rejects; gives the reason when the peer broke the protocol. */
  async run(): Promise<Error | undefined> {
    const frames = new FrameReader()
    try {
      for await (const chunk of this.#transport.iterator({ destroyOnReturn: false })) {
        // After our goodbye nothing counts, but the peer must not be held up in sending it.
        if (this.#closing.signal.aborted) continue
        for (const frame of frames.read(chunk as Uint8Array)) {
          if (frame.kind === 'data') this.#data(frame)
          else await this.#control(frame)
        }
        if (this.#waiting > mostWaiting) await new Promise<void>((resolve) => (this.#onRoom = resolve))
      }
    } catch (error) {
      // A transport that breaks is how most connections end; a peer that breaks the protocol is told.
      if (error instanceof SpdyError) {
        this.#failure = error
        this.#send(controlFrame(frameType.goAway, 0, this.#lastStream, status.protocolError))
      }
    }
    this.#over()
    return this.#failure
  }

  /** Says goodbye and ends the transport; what was sent before arrives. */
  close(): void {
    if (this.#closing.signal.aborted) return
    this.#send(controlFrame(frameType.goAway, 0, this.#lastStream, 0))
    this.#over()
  }

  async sendData(stream: number, bytes: Uint8Array, fin: boolean): Promise<void> {
    let at = 0
    do {
      const part = bytes.subarray(at, at + dataBytes)
      at += part.length
      this.#send(dataHead(stream, part.length, fin && at >= bytes.length))
      const more = part.length === 0 || this.#send(part)
      if (!more) await this.#drain()
    } while (at < bytes.length && !this.#closing.signal.aborted)
  }

  sendReset(stream: number): void {
    this.#send(controlFrame(frameType.rstStream, 0, stream, status.cancel))
  }

  drained(bytes: number): void {
    this.#waiting -= bytes
    if (this.#waiting > mostWaiting / 2) return
    this.#onRoom?.()
    this.#onRoom = undefined
  }

  closed(stream: number): void {
    this.#streams.delete(stream)
  }

  #data({ stream: id, bytes, fin }: DataPiece): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) {
      // Of a stream that was just reset it may still be on its way; one that never was is a fault.
      if (id > this.#lastStream) throw new SpdyError(`data for stream ${id}, which was never opened`)
      return
    }
    if (!stream.received(bytes, fin)) return
    this.#waiting += bytes.length
  }

  async #control({ type, flags, body }: ControlFrame): Promise<void> {
    switch (type) {
      case frameType.synStream:
        return this.#open(wordOf(body, 0) & 0x7fff_ffff, flags, await this.#headerReader.read(body.subarray(10)))
      case frameType.synReply:
      case frameType.headers:
        // Read all the same: the compression runs through all blocks of the connection.
        wordOf(body, 0)
        await this.#headerReader.read(body.subarray(4))
        return
      case frameType.rstStream:
        this.#streams.get(wordOf(body, 0) & 0x7fff_ffff)?.over(true)
        return
      case frameType.ping: {
        const id = wordOf(body, 0)
        // Even ones would be answers to pings of ours, and there are none.
        if (id % 2 === 1) this.#send(controlFrame(frameType.ping, 0, id))
        return
      }
      case frameType.settings:
      case frameType.windowUpdate:
      case frameType.goAway:
        return
      default:
        throw new SpdyError(`a control frame of type ${type}`)
    }
  }

  #open(id: number, flags: number, headers: Headers): void {
    if (id % 2 === 0 || id <= this.#lastStream)
      throw new SpdyError(`stream ${id} cannot be opened by a client after stream ${this.#lastStream}`)
    this.#lastStream = id
    if (this.#streams.size >= mostStreams) return this.#refuse(id)
    const stream = new SpdyStream(id, headers, this)
    this.#streams.set(id, stream)
    if ((flags & flagFin) !== 0) stream.received(new Uint8Array(), true)
    if (this.#accept(stream)) {
      this.#send(controlFrame(frameType.synReply, 0, id, this.#headerWriter.block(noHeaders)))
      return
    }
    this.#refuse(id)
    stream.over()
  }

  #refuse(id: number): void {
    this.#send(controlFrame(frameType.rstStream, 0, id, status.refusedStream))
  }

  #send(bytes: Uint8Array): boolean {
    return this.#closing.signal.aborted || this.#transport.writableEnded || this.#transport.destroyed || this.#transport.write(bytes)
  }

  async #drain(): Promise<void> {
    if (!this.#transport.writableNeedDrain || this.#closing.signal.aborted) return
    // Only the abort can reject here, and then nobody waits for room any more.
    await once(this.#transport, 'drain', { signal: this.#closing.signal }).catch(() => undefined)
  }

  #over(): void {
    this.#closing.abort()
    this.#onRoom?.()
    for (const stream of this.#streams.values()) stream.over(true)
    this.#streams.clear()
    this.#headerReader.close()
    this.#transport.end()
    setTimeout(() => this.#transport.destroy(), lingerMs).unref()
  }
}
