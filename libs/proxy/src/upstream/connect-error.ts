import { socketOf } from './address.ts'
import { UpstreamError, type UpstreamErrorCode } from './outcome.ts'

const connectCodes: Readonly<Record<string, readonly [code: UpstreamErrorCode, text: string]>> = {
  ECONNREFUSED: ['refused', 'connect: connection refused'],
  ECONNRESET: ['reset', 'connect: connection reset by peer'],
  EHOSTUNREACH: ['unreachable', 'connect: no route to host'],
  ENETUNREACH: ['unreachable', 'connect: network is unreachable'],
  ETIMEDOUT: ['connect-timeout', 'connect: connection timed out'],
  ENOTFOUND: ['unreachable', 'no such host']
}

/** What a socket that could not connect says, in Go's words. */
export function connectError(address: string, error: NodeJS.ErrnoException): UpstreamError {
  const [code, text] = connectCodes[error.code ?? ''] ?? ['unreachable', error.message]
  return new UpstreamError(code, address, `dial tcp ${socketOf(address)}: ${text}`)
}

/** Nobody answered the connect. */
export function timedOut(address: string): UpstreamError {
  return new UpstreamError('connect-timeout', address, `dial tcp ${socketOf(address)}: i/o timeout`)
}
