/** A client of SPDY/3.1 for specs: opens streams and collects what comes back. */
import type { Duplex } from 'node:stream'
import { controlFrame, dataHead, FrameReader, frameType } from './spdy/frames.ts'
import { HeaderWriter } from './spdy/header-block.ts'

/** One stream as its client sees it. */
export interface ClientStream {
  readonly id: number
  text: string
  ended: boolean
  reset: boolean
  replied: boolean
}

export class SpdyTestClient {
  readonly #transport: Duplex
  readonly #headers = new HeaderWriter()
  readonly #streams = new Map<number, ClientStream>()
  #next = 1
  pongs: number[] = []
  /** Status of the GOAWAY that came, if one did. */
  goodbye: number | undefined
  over = false

  constructor(transport: Duplex) {
    this.#transport = transport
    const frames = new FrameReader()
    transport.on('data', (chunk: Buffer) => {
      for (const frame of frames.read(chunk)) {
        if (frame.kind === 'data') {
          const stream = this.#streams.get(frame.stream) as ClientStream
          stream.text += frame.bytes.toString('latin1')
          if (frame.fin) stream.ended = true
        } else if (frame.type === frameType.ping) this.pongs.push(frame.body.readUInt32BE(0))
        else if (frame.type === frameType.goAway) this.goodbye = frame.body.readUInt32BE(4)
        else {
          const stream = this.#streams.get(frame.body.readUInt32BE(0)) as ClientStream
          if (frame.type === frameType.rstStream) stream.reset = true
          else stream.replied = true
        }
      }
    })
    // A server that resets ends the connection as one that closes it: `over` says so.
    transport.on('error', () => undefined)
    transport.on('end', () => (this.over = true))
    transport.on('close', () => (this.over = true))
  }

  open(headers: Readonly<Record<string, string>>): ClientStream {
    const stream = { id: this.#next, text: '', ended: false, reset: false, replied: false }
    this.#next += 2
    this.#streams.set(stream.id, stream)
    const block = this.#headers.block(new Map(Object.entries(headers)))
    this.raw(controlFrame(frameType.synStream, 0, stream.id, 0, Buffer.alloc(2), block))
    return stream
  }

  send(stream: ClientStream, text: string, fin = false): void {
    const bytes = Buffer.from(text, 'latin1')
    this.raw(Buffer.concat([dataHead(stream.id, bytes.length, fin), bytes]))
  }

  reset(stream: ClientStream): void {
    this.raw(controlFrame(frameType.rstStream, 0, stream.id, 5))
  }

  ping(id: number): void {
    this.raw(controlFrame(frameType.ping, 0, id))
  }

  raw(bytes: Buffer): void {
    this.#transport.write(bytes)
  }

  end(): void {
    this.#transport.end()
  }

  close(): void {
    this.#transport.destroy()
  }
}
