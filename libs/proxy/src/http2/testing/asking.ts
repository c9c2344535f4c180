import { HeaderList } from '../../header-list.ts'
import type { OutgoingRequest } from '../../http1/upstream-connection.ts'
import { MemoryWire } from '../../testing/memory-wire.ts'
import type { UpstreamListener } from '../../upstream/upstream-stream.ts'
import { inTurn } from '../../wire/turn.ts'
import { ClientSession } from '../client-session.ts'
import type { Http2UpstreamStream } from '../upstream-stream.ts'
import { type Frame, parseFrames, preface, settings } from './frames.ts'
import { Transcript } from './transcript.ts'

/** A client session over a wire in memory, and the upstream that a test plays. */
export class Asking {
  readonly wire = new MemoryWire()
  readonly session: ClientSession
  readonly streams: Http2UpstreamStream[] = []
  /** The session has taken its leave. */
  gone = 0
  /** What the listeners heard: `1 head 200 x=y`, `1 chunk text`, `1 end`, `1 fail code: text`... */
  heard: string[] = []
  /** What listeners answer to chunks. */
  takes = true
  readonly #transcript = new Transcript()
  #read = preface.length

  constructor(first: Uint8Array = settings()) {
    let session: ClientSession | undefined
    inTurn(() => {
      session = new ClientSession(this.wire, 'upstream:80', 16 * 1024, () => this.gone++)
    })
    this.session = session as unknown as ClientSession
    this.said()
    this.send(first)
    this.said()
  }

  /** The upstream sends these, in one read. */
  send(...frames: readonly Uint8Array[]): this {
    this.wire.deliver(Buffer.concat(frames))
    return this
  }

  act(action: () => void): this {
    inTurn(action)
    return this
  }

  /** Sends a request; its stream ids are 1, 3, 5... */
  ask(method = 'GET', target = '/', fields: string[] = [], more: Partial<OutgoingRequest> = {}): this {
    const id = this.streams.length * 2 + 1
    const request: OutgoingRequest = {
      method,
      target,
      host: 'svc.ns',
      newHost: 'svc.ns',
      sameLine: false,
      givenUp: false,
      headers: new HeaderList(fields),
      edits: undefined,
      chunked: method !== 'GET' && method !== 'HEAD',
      hasBody: method !== 'GET' && method !== 'HEAD',
      upgrade: undefined,
      ...more
    }
    inTurn(() => this.streams.push(this.session.request(request, this.#listener(id))))
    return this
  }

  #listener(id: number): UpstreamListener {
    const hear = (text: string): void => void this.heard.push(`${id} ${text}`)
    const list = (headers: HeaderList | undefined): string => {
      let text = ''
      headers?.forEach((name, value) => (text += ` ${name}=${value}`))
      return text
    }
    return {
      interim: (status, headers) => hear(`interim ${status}${list(headers)}`),
      head: (status, _reason, headers, length) => hear(`head ${status}${list(headers)} (${length})`),
      chunk: (bytes) => {
        hear(`chunk ${bytes.length > 40 ? `${bytes.length} bytes` : Buffer.from(bytes).toString('latin1')}`)
        return this.takes
      },
      end: (trailers) => hear(`end${list(trailers)}`),
      fail: (error) => hear(`fail ${error.code}${error.unsent ? ' unsent' : ''}: ${error.message}`),
      switched: () => hear('switched'),
      drained: () => hear('drained')
    }
  }

  /** What the listeners heard since the last call. */
  hears(): string[] {
    const heard = this.heard
    this.heard = []
    return heard
  }

  frames(): Frame[] {
    this.wire.flush()
    const bytes = Buffer.from(this.wire.output, 'latin1').subarray(this.#read)
    this.#read += bytes.length
    return parseFrames(bytes)
  }

  /** What the client said since the last call, and `CLOSED` once it has ended the connection. */
  said(): string[] {
    const said = this.#transcript.lines(this.frames())
    if (this.wire.ended || this.wire.destroyed) said.push('CLOSED')
    return said
  }
}

/** One rule: what happens; what the client says to it; and what those who asked hear. */
export type AskingRow = readonly [title: string, play: (asking: Asking) => void, said: readonly string[], heard: readonly string[]]
