/** TLS with upstreams. Loaded when an address first asks for it. */
import { checkServerIdentity, connect, createSecureContext, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls'
import { certificateNameOf, splitAddress } from './address.ts'
import { connectError, timedOut } from './connect-error.ts'
import { UpstreamError } from './outcome.ts'
import { keepAlive } from '../wire/keep-alive.ts'
import { SocketWire } from '../wire/socket-wire.ts'

/** How TLS is spoken with the upstreams of one pool. */
export interface Secure {
  /** PEM of the authorities that are trusted now; empty while there are none. */
  readonly authorities: () => string
  /** What the connection is for. */
  readonly protocol: 'h2' | 'http/1.1'
}

/** As on a connection without TLS. */
const tcp = { noDelay: true, allowHalfOpen: true, ...keepAlive }

/** Milliseconds for a handshake on a connection that is there (Go's TLSHandshakeTimeout). */
const handshakeMs = 10_000

/**
 * Connects within `timeoutMs`, then agrees on TLS and on the protocol. Nothing of a request has been sent when it fails.
 * Rejects with an UpstreamError: `handshake` when a certificate is not trusted, or not that of the address' name.
 */
export function dialSecurely(address: string, timeoutMs: number, { authorities, protocol }: Secure): Promise<SocketWire> {
  return new Promise((resolve, reject) => {
    const { host, port } = splitAddress(address)
    const name = certificateNameOf(address) ?? ''
    const trusted = authorities()
    if (trusted === '') throw failure(address, 'no authority is trusted yet')
    const socket = connect({
      host,
      port,
      ...tcp,
      servername: name,
      secureContext: contextOf(trusted),
      ALPNProtocols: [protocol],
      checkServerIdentity: (_servername, certificate) => mismatch(name, certificate)
    })
    let connected = false
    const settle = (error: UpstreamError | undefined): void => {
      clearTimeout(timer)
      socket.off('error', failed)
      socket.off('close', closed)
      if (error === undefined) resolve(wireOf(socket))
      else {
        socket.on('error', ignore)
        socket.destroy()
        reject(error)
      }
    }
    const failed = (error: NodeJS.ErrnoException): void => settle(connected ? handshakeError(address, error) : connectError(address, error))
    const closed = (): void => settle(failure(address, 'EOF'))
    const expired = (): void => settle(connected ? failure(address, 'handshake timeout') : timedOut(address))
    let timer = setTimeout(expired, timeoutMs)
    socket.once('connect', () => {
      connected = true
      clearTimeout(timer)
      timer = setTimeout(expired, handshakeMs)
    })
    socket.once('secureConnect', () => {
      const agreed = socket.alpnProtocol
      // Who knows nothing of ALPN speaks HTTP/1.1.
      const fits = agreed === protocol || (protocol === 'http/1.1' && !agreed)
      settle(fits ? undefined : failure(address, `the upstream did not agree to speak ${protocol}`))
    })
    socket.on('error', failed)
    socket.on('close', closed)
  })
}

/**
 * What the upstream sent right behind its handshake is decrypted in the same call, before whoever waits for the connection has heard of it: it stays in the
 * socket until then.
 */
function wireOf(socket: TLSSocket): SocketWire {
  const wire = new SocketWire(socket, false)
  wire.pause()
  setImmediate(() => wire.resume())
  return wire
}

/** An authority's PEM to what TLS needs of it: it changes once in years, and each use of it would parse it anew. */
let context: { readonly authorities: string; readonly made: SecureContext } | undefined

function contextOf(authorities: string): SecureContext {
  if (context?.authorities !== authorities) context = { authorities, made: createSecureContext({ ca: authorities }) }
  return context.made
}

/** Names stand among a certificate's alternative names, or nowhere: a common name does not count (RFC 9525, 2). */
function mismatch(name: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname === undefined)
    return new Error(`x509: certificate is not valid for any names, but wanted to match ${name}`)
  const { subjectaltname } = certificate
  return checkServerIdentity(name, certificate) && new Error(`x509: certificate is valid for ${namesIn(subjectaltname)}, not ${name}`)
}

const namesIn = (subjectaltname: string): string => subjectaltname.replaceAll('DNS:', '')

const unknown = 'failed to verify certificate: x509: certificate signed by unknown authority'
const words: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknown,
  UNABLE_TO_GET_ISSUER_CERT: unknown,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknown,
  SELF_SIGNED_CERT_IN_CHAIN: unknown,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknown,
  CERT_SIGNATURE_FAILURE: unknown,
  CERT_HAS_EXPIRED: 'failed to verify certificate: x509: certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'failed to verify certificate: x509: certificate has expired or is not yet valid',
  ERR_SSL_WRONG_VERSION_NUMBER: 'first record does not look like a TLS handshake',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 'no application protocol',
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'unrecognized name',
  ECONNRESET: 'read: connection reset by peer'
}

function handshakeError(address: string, error: NodeJS.ErrnoException): UpstreamError {
  const text =
    words[error.code ?? ''] ?? (error.message.startsWith('x509: ') ? `failed to verify certificate: ${error.message}` : error.message)
  return failure(address, text)
}

function failure(address: string, text: string): UpstreamError {
  return new UpstreamError('handshake', address, `tls: ${text}`)
}

/** Late errors of a socket that was given up have nobody to tell. */
function ignore(): void {
  // see above
}
