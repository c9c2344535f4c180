import type { FaultCode } from './fault.ts'

const absolute = /^https?:\/\/([^/?]*)(.*)$/i

/**
 * The origin form of a request target (RFC 9112 3.2). Absolute form must name the same authority as Host, so that nobody routes by one what
 * somebody else reads from the other. CONNECT's authority form is refused: these proxies open no tunnels to anywhere.
 */
export function reduceTarget(method: string, target: string, host: string): { readonly target: string } | FaultCode {
  if (method === 'CONNECT') return 'bad-method'
  if (target.startsWith('/')) return { target }
  if (target === '*') return method === 'OPTIONS' ? { target } : 'bad-target'
  const match = absolute.exec(target)
  if (match === null) return 'bad-target'
  const [, authority = '', rest = ''] = match
  if (authority === '' || authority.toLowerCase() !== host.toLowerCase()) return 'host-mismatch'
  return { target: rest.startsWith('/') ? rest : `/${rest}` }
}
