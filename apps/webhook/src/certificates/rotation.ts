import { authorities } from '../registration/trust.ts'
import type { SharedCertificate } from './certificate-secret.ts'

export interface RotationOptions {
  /** Milliseconds that an API server gets to learn whom it trusts. */
  readonly settleMs: number
  /** The API server is to trust these authorities: beside those that it trusts already, or alone. */
  readonly trust: (caCert: string, alone: boolean) => void
  /** New connections are to be served with this from now on. */
  readonly serve: (shared: SharedCertificate) => void
}

/**
 * From one certificate to the next without a refused handshake: the new authority is trusted before anything is served with it, and the old one
 * for as long again afterwards, because other replicas change over at their own pace.
 */
export class Rotation {
  readonly #options: RotationOptions
  #served: SharedCertificate | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: RotationOptions) {
    this.#options = options
  }

  /** Undefined before the first certificate. */
  get served(): SharedCertificate | undefined {
    return this.#served
  }

  /** The first certificate is served when the server starts; each that follows, in time. */
  take(shared: SharedCertificate): void {
    if (this.#served === undefined) {
      this.#served = shared
      return
    }
    this.#options.trust(authorities(shared.caCert, this.#served.caCert), false)
    this.#after(() => {
      this.#served = shared
      this.#options.serve(shared)
      this.forget()
    })
  }

  /** What is trusted beyond the certificate that is served is trusted no more, once replicas that are changing over have done so. */
  forget(): void {
    this.#after(() => {
      if (this.#served !== undefined) this.#options.trust(this.#served.caCert, true)
    })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #after(step: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(step, this.#options.settleMs).unref()
  }
}
