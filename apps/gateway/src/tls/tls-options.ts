import type { TlsOptions } from 'node:tls'
import type { Certificates } from './certificates.ts'
import { refuseName } from './refuse-name.ts'

/** Milliseconds for a whole handshake: two round trips of the slowest of networks. Node's own 120 s would keep a silent client's memory for as long. */
const handshakeMs = 10_000

/** How the HTTPS listener serves TLS: each name its certificate, as it is at the time of the handshake. */
export function tlsOptions(certificates: Certificates): TlsOptions {
  return {
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: handshakeMs,
    // Called on the connection: `this` is needed to refuse it in TLS' own words.
    SNICallback(this: unknown, name, done) {
      const context = certificates.contextOf(name)
      if (context === undefined) refuseName(this, (error) => done(error))
      else done(null, context)
    }
  }
}
