import { type Metadata, status } from '@grpc/grpc-js'
import { bearerOf } from './bearer.ts'

/** What every kind of call has on its server. */
export interface ServerCall {
  readonly metadata: Metadata
  getPeer(): string
  emit(event: 'error', error: Error): boolean
}

/** Where refusals are told. */
interface RefusalLog {
  warn(fields: object, text: string): void
}

/**
 * True when the caller may go on. Else it has been told why not: UNAUTHENTICATED with the words of `admit`, or UNAVAILABLE when `admit` rejects
 * because who it is cannot be found out now. `admit` gets the call's token, and says why its bearer may not call.
 */
export async function admitCall(
  call: ServerCall,
  admit: (token: string | undefined) => Promise<string | undefined>,
  log: RefusalLog
): Promise<boolean> {
  const peer = call.getPeer()
  try {
    const why = await admit(bearerOf(call.metadata))
    if (why === undefined) return true
    log.warn({ peer, reason: why }, 'refused a call')
    refuseCall(call, status.UNAUTHENTICATED, why)
  } catch (error) {
    log.warn({ peer, error }, 'cannot find out who calls')
    refuseCall(call, status.UNAVAILABLE, `cannot find out who asks: ${error instanceof Error ? error.message : String(error)}`)
  }
  return false
}

/** Ends a call with a status. grpc-js does that when its error has a code; `destroy` would leave the client waiting. */
export function refuseCall(call: Pick<ServerCall, 'emit'>, code: status, details: string): void {
  call.emit('error', Object.assign(new Error(details), { code, details }))
}
