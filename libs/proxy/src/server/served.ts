import type { Exchange } from './exchange.ts'

/** An exchange that is over, as metrics count it. */
export interface Served {
  readonly method: string
  readonly status: number
  readonly version: string
  readonly secure: boolean
  readonly seconds: number
  /** Bytes of bodies; -1 for one of a length that was not announced: nobody counts it on its way. */
  readonly received: number
  readonly sent: number
}

/** What to count of an exchange at its end. `unanswered`: the status of a client that left before it had one. */
export function served({ request, response, startedAt }: Exchange, unanswered: number): Served {
  return {
    method: request.method,
    status: response.status === 0 ? unanswered : response.status,
    version: request.version,
    secure: request.secure,
    seconds: (performance.now() - startedAt) / 1000,
    received: request.body.length,
    sent: response.bytes
  }
}
