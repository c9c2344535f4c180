/** Why a connection to a webhook failed, as Go's net/http says it. */

const CERTIFICATE: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate signed by unknown authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate signed by unknown authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate signed by unknown authority',
  CERT_HAS_EXPIRED: 'certificate has expired or is not yet valid'
}
const SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out'
}

/** What Node reports; a thrown text has none of it. */
type Failure = Partial<NodeJS.ErrnoException & { readonly address: string; readonly port: number; readonly hostname: string }>

/** Go's text for what Node reports. */
export function connectionFailure(error: unknown): string {
  const { code = '', address, port, hostname, message } = error as Failure
  if (CERTIFICATE[code] !== undefined) return `tls: failed to verify certificate: x509: ${CERTIFICATE[code]}`
  if (SYSTEM[code] !== undefined) return `dial tcp ${address ?? ''}:${port ?? ''}: connect: ${SYSTEM[code]}`
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${hostname ?? ''}: no such host`
  if (code === 'ECONNRESET') return 'EOF'
  return message ?? String(error)
}
