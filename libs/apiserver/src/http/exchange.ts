/** One HTTP request on its way through the pipeline. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { User } from '../auth/user.ts'

export interface Exchange {
  readonly request: IncomingMessage
  /** Absent for an upgrade: those write to the socket. */
  readonly response: ServerResponse | undefined
  readonly upgrade: { readonly socket: Duplex; readonly head: Buffer } | undefined
  readonly path: string
  readonly query: URLSearchParams
  readonly user: User
  readonly warnings: string[]
}
