import type { UpstreamConnection } from '../http1/upstream-connection.ts'

/** The connections to one address. */
export class Lane {
  readonly address: string
  /** Without work, the one used last at the end: its buffers and its upstream's are warm, and the others can grow old and go. */
  readonly idle: UpstreamConnection[] = []
  /** Connections at work. */
  busy = 0
  /** Connections of an earlier era are not kept: the address has been dropped since. */
  era = 0

  constructor(address: string) {
    this.address = address
  }

  get isEmpty(): boolean {
    return this.busy === 0 && this.idle.length === 0
  }
}
