import { PERCENT } from './bytes.ts'
import type { FaultCode } from './fault.ts'

const absolute = /^https?:\/\/([^/?]*)(.*)$/i

/**
 * The origin form of a request target (RFC 9112 3.2). Absolute form must name the same authority as Host, so that nobody routes by one what
 * somebody else reads from the other. CONNECT's authority form is refused: these proxies open no tunnels to anywhere. PRI is HTTP/2's (RFC 9113 11.6).
 */
export function reduceTarget(method: string, target: string, host: string): { readonly target: string } | FaultCode {
  if (method === 'CONNECT' || method === 'PRI') return 'bad-method'
  if (target.startsWith('/')) return { target }
  if (target === '*') return method === 'OPTIONS' ? { target } : 'bad-target'
  const match = absolute.exec(target)
  if (match === null) return 'bad-target'
  const [, authority = '', rest = ''] = match
  if (authority === '' || authority.toLowerCase() !== host.toLowerCase()) return 'host-mismatch'
  return { target: rest.startsWith('/') ? rest : `/${rest}` }
}

const QUESTION_MARK = 0x3f
const hexDigit = Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9A-Fa-f]/.test(String.fromCharCode(byte)) ? 1 : 0))

/** Whether each per cent sign in the path `bytes[from..to)` has its two digits (RFC 3986 2.1). The query is its application's. */
export function escapesAreWhole(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to && bytes[at] !== QUESTION_MARK; at++) {
    if (bytes[at] !== PERCENT) continue
    if (at + 2 >= to || hexDigit[bytes[at + 1] as number] !== 1 || hexDigit[bytes[at + 2] as number] !== 1) return false
    at += 2
  }
  return true
}
