import type { UpstreamConnection } from '../http1/upstream-connection.ts'
import { trunkOffer } from '../trunk/frames.ts'
import type { ClientTrunk } from '../trunk/client-trunk.ts'

/** The connections to one address. */
export class Lane {
  readonly address: string
  /** Without work, the one used last at the end: its buffers and its upstream's are warm, and the others can grow old and go. */
  readonly idle: UpstreamConnection[] = []
  /** The same of those that the trunk carries. */
  readonly carried: UpstreamConnection[] = []
  /** What an upstream at this very address says when it takes trunks. */
  readonly trunkOffer: string
  /** The upstream has said that it takes trunks. */
  takesTrunks = false
  /** One that connections can be opened on. */
  trunk: ClientTrunk | undefined
  /** A trunk is being opened. */
  opening = false
  /** So many requests more go over connections of their own: what comes from this address is long. */
  ownFor = 0
  /** Connections at work. */
  busy = 0
  /** Connections of an earlier era are not kept: the address has been dropped since. */
  era = 0

  /** The request line and Host of the last submission: the next one is likely to have the same. */
  #start = { method: '', target: '', host: '', text: '' }

  constructor(address: string) {
    this.address = address
    // As the kernel tells an IPv6 address: without brackets.
    this.trunkOffer = trunkOffer(address.replace(/^\[|\]/g, ''))
  }

  /** What a submission's head begins with. */
  startOf(method: string, target: string, host: string): string {
    const last = this.#start
    if (last.target === target && last.host === host && last.method === method) return last.text
    const text = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n`
    this.#start = { method, target, host, text }
    return text
  }

  get isEmpty(): boolean {
    return this.busy === 0 && this.idle.length === 0 && this.carried.length === 0
  }
}
