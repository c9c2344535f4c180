import type { BodySource } from '../body.ts'
import type { InboundRequest } from '../server/exchange.ts'
import type { HeaderList } from '../header-list.ts'
import type { Peer } from './peer.ts'

/** The request of one stream. */
export class Http2Request implements InboundRequest {
  readonly version = '2'
  readonly method: string
  readonly target: string
  readonly headers: HeaderList
  readonly upgrade: undefined
  body!: BodySource
  readonly #peer: Peer

  /** @param headers with a Host field, which holds the authority. */
  constructor(method: string, target: string, headers: HeaderList, peer: Peer) {
    this.method = method
    this.target = target
    this.headers = headers
    this.#peer = peer
  }

  get host(): string {
    return this.headers.get('Host') ?? ''
  }

  set host(value: string) {
    this.headers.set('Host', value)
  }

  get remoteAddress(): string {
    return this.#peer.remoteAddress
  }

  get remotePort(): number {
    return this.#peer.remotePort
  }

  get localAddress(): string {
    return this.#peer.localAddress
  }

  get localPort(): number {
    return this.#peer.localPort
  }

  get secure(): boolean {
    return this.#peer.secure
  }
}
