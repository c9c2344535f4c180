import type { Socket } from 'node:net'
import type { BodySource } from '../body.ts'
import type { HttpVersion, InboundRequest } from '../exchange.ts'
import type { HeaderList } from '../header-list.ts'
import { plainAddress } from '../plain-address.ts'

/** What a parsed head and its connection make of a request. Addresses are read from the socket when asked for. */
export class ReceivedRequest implements InboundRequest {
  readonly version: HttpVersion
  readonly method: string
  readonly target: string
  readonly headers: HeaderList
  readonly body: BodySource
  readonly upgrade: string | undefined
  readonly #socket: Socket

  constructor(
    socket: Socket,
    head: {
      readonly version: HttpVersion
      readonly method: string
      readonly target: string
      readonly headers: HeaderList
      readonly body: BodySource
      readonly upgrade: string | undefined
    }
  ) {
    this.#socket = socket
    this.version = head.version
    this.method = head.method
    this.target = head.target
    this.headers = head.headers
    this.body = head.body
    this.upgrade = head.upgrade
  }

  get host(): string {
    return this.headers.get('Host') ?? ''
  }

  set host(value: string) {
    this.headers.set('Host', value)
  }

  get remoteAddress(): string {
    return plainAddress(this.#socket.remoteAddress)
  }

  get remotePort(): number {
    return this.#socket.remotePort ?? 0
  }

  get localAddress(): string {
    return plainAddress(this.#socket.localAddress)
  }

  get localPort(): number {
    return this.#socket.localPort ?? 0
  }

  get secure(): boolean {
    return 'encrypted' in this.#socket
  }
}
