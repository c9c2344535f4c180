import type { HeaderList } from '../header-list.ts'
import { ByteQueue } from './byte-queue.ts'
import { largestStreamWindow } from './limits.ts'

/** Why a stream broke. */
export interface StreamBreak {
  /** Error code of RFC 9113 section 7. */
  readonly code: number
  readonly text: string
  /** Whose word it was. */
  readonly by: 'peer' | 'here' | 'connection'
  /** The peer has not acted on the stream: it may be tried again elsewhere. */
  readonly unsent: boolean
}

/** Who reads and writes a stream. */
export interface StreamUser {
  /** Bytes of the body, valid during the call. False: pause until `resume`. */
  data(bytes: Buffer): boolean
  /** The body is whole. */
  dataEnd(trailers: HeaderList | undefined): void
  /** The stream is over before its time. Nothing else is called afterwards. */
  broken(why: StreamBreak): void
  /** The stream takes bytes again after `send` answered false. */
  writable(): void
}

/** What a stream needs of its connection. */
export interface StreamHost {
  /** Opens the peer's window of the stream. */
  openWindow(id: number, increment: number): void
  /** The stream holds so many bytes more, or less, for a reader that does not take them. */
  holds(bytes: number): void
}

/** One stream of a connection (RFC 9113 5): its state, its windows, and what waits on it in both directions. */
export class Http2Stream {
  readonly id: number
  user!: StreamUser
  readonly #host: StreamHost

  // ---- sending; kept by the Sender

  /** What the peer takes. Below 0 after it made its windows smaller. */
  sendWindow: number
  waiting: ByteQueue | undefined
  /** The stream's turn to send will come: it is in the Sender's list, before `next`. */
  listed = false
  next: Http2Stream | undefined
  /** What is sent after the bytes that wait: the end, perhaps with trailers. */
  ending = false
  trailers: HeaderList | undefined
  /** END_STREAM has been sent. */
  sentEnd = false

  // ---- receiving

  /** What the peer may still send. */
  window: number
  /** Bytes that the announced length still owes; -1 when none was announced. */
  owed = -1
  /** END_STREAM has come. */
  receivedEnd = false
  /** Reset, by either side, or lost with its connection. */
  broken = false
  /** Bytes of a body have come. */
  begun = false
  /** Milliseconds (performance.now) at which something came last. */
  lastReceived = 0
  #target: number
  #taking = false
  /** A reader has come. Until then its end is kept for it too. */
  #hasReader = false
  #delivering = false
  #dropping = false
  #held: ByteQueue | undefined
  #endTold = false
  #receivedTrailers: HeaderList | undefined

  /** @param window what the peer may send at first. */
  constructor(id: number, host: StreamHost, sendWindow: number, window: number) {
    this.id = id
    this.#host = host
    this.sendWindow = sendWindow
    this.window = window
    this.#target = window
  }

  /** True while a reader waits for bytes. */
  get wanted(): boolean {
    return this.#taking && !this.receivedEnd
  }

  /** Payload of DATA that passed the checks. */
  receive(bytes: Buffer, from: number, to: number): void {
    this.begun = true
    if (this.#dropping) return
    if (!this.#taking || this.#held !== undefined || this.#delivering) {
      this.#held ??= new ByteQueue()
      this.#held.push(bytes, from, to)
      this.#host.holds(to - from)
      return
    }
    this.#deliver(bytes.subarray(from, to))
    if (this.#taking) this.#openWindow()
  }

  #deliver(bytes: Buffer): void {
    this.#delivering = true
    // A reader may ask for more within the call and answer false all the same: the answer counts unless more was asked for.
    this.#taking = false
    const more = this.user.data(bytes)
    this.#taking ||= more
    this.#delivering = false
  }

  /** END_STREAM has come, and `receivedEnd` is set. */
  end(trailers: HeaderList | undefined): void {
    this.#receivedTrailers = trailers
    if (this.#hasReader && this.#held === undefined && !this.#delivering) this.#tellEnd()
  }

  #tellEnd(): void {
    if (this.#endTold || this.#dropping || this.broken) return
    this.#endTold = true
    this.user.dataEnd(this.#receivedTrailers)
  }

  /** A reader takes bytes, from now on or again. Those that are held come at once. */
  resume(): void {
    this.#taking = this.#hasReader = true
    if (this.#delivering || this.broken) return
    const held = this.#held
    while (held !== undefined && held.size > 0 && this.#taking) {
      const bytes = held.peek(held.size)
      this.#deliver(bytes)
      if (this.#held !== held) return
      held.drop(bytes.length)
      this.#host.holds(-bytes.length)
    }
    if (held !== undefined && held.size > 0) return
    this.#held = undefined
    if (this.receivedEnd) this.#tellEnd()
    else if (this.#taking) this.#openWindow()
  }

  /** Nobody reads any more: what is held and what comes is dropped. The peer's window stays as it is. */
  discard(): void {
    this.#dropping = true
    if (this.#held !== undefined) this.#host.holds(-this.#held.size)
    this.#held = undefined
  }

  /** Opens the window when half of it is used, and opens it wider while the reader keeps up. */
  #openWindow(): void {
    const used = this.#target - this.window
    if (used * 2 < this.#target || this.receivedEnd || this.broken) return
    this.#target = Math.min(largestStreamWindow, this.#target * 4)
    const increment = this.#target - this.window
    this.window += increment
    this.#host.openWindow(this.id, increment)
  }
}
