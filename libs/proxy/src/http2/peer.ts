import type { Wire } from '../wire/wire.ts'

/** The addresses of a connection, asked for once and kept: requests may ask when the peer has gone. */
export class Peer {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
  readonly secure: boolean

  constructor(wire: Wire) {
    this.remoteAddress = wire.remoteAddress
    this.remotePort = wire.remotePort
    this.localAddress = wire.localAddress
    this.localPort = wire.localPort
    this.secure = wire.secure
  }
}
