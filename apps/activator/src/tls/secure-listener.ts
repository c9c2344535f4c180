import type { Server } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import type { Certificate } from './role-certificate.ts'

export interface SecureListenerOptions {
  readonly port: number
  /** A server of TLS that does not listen yet. */
  readonly serverOf: (certificate: Certificate) => Server
  readonly log: Log
}

/** The listener for TLS: opens with the first certificate, and shows each later one to new connections. Those that are open stay. */
export class SecureListener {
  readonly #options: SecureListenerOptions
  #server: Server | undefined
  #opening: Promise<void> = Promise.resolve()

  constructor(options: SecureListenerOptions) {
    this.#options = options
  }

  /** Undefined until there was a certificate. */
  get server(): Server | undefined {
    return this.#server
  }

  /** Resolves when it listens, if there is a certificate already. Rejects with the system's error. */
  get opened(): Promise<void> {
    return this.#opening
  }

  show(certificate: Certificate): void {
    const { serverOf, port, log } = this.#options
    if (this.#server !== undefined) {
      this.#server.replaceCertificates(certificate)
      log.info({ port }, 'a new certificate is shown')
      return
    }
    const server = serverOf(certificate)
    this.#server = server
    this.#opening = server.listen({ port }).then(
      (bound) => log.info({ port: bound.port, tls: true }, 'listening'),
      (error: Error) => {
        this.#server = undefined
        log.error({ port, reason: error.message }, 'cannot listen for TLS: the next certificate is another attempt')
      }
    )
  }
}
