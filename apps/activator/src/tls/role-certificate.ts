import { createSecureContext } from 'node:tls'
import { parseNetworkConfig, rolesCertificateName } from '@knative-ts/api'
import { secrets } from '@knative-ts/api/kubernetes'
import { watchConfig, watchTrust, type InformerFactory } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'

/** PEM texts. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface RoleCertificateOptions {
  /** Not started yet. */
  readonly factory: InformerFactory
  readonly systemNamespace: string
  readonly log: Log
}

/**
 * What the activator shows, and whom it trusts: the Secret of the roles' certificate and the trust bundles, followed. There is something to show as soon as
 * `system-internal-tls` is on and the certificate is there, and from then on: what is switched off later is no longer asked for, and closed by nobody.
 */
export class RoleCertificate {
  readonly #log: Log
  readonly #systemNamespace: string
  #listener: ((certificate: Certificate) => void) | undefined
  #authorities = ''
  #wanted = false
  #found: Certificate | undefined
  #shown: Certificate | undefined

  constructor({ factory, systemNamespace, log }: RoleCertificateOptions) {
    this.#log = log
    this.#systemNamespace = systemNamespace
    const own = factory.informer(secrets, { namespace: systemNamespace, fieldSelector: `metadata.name=${rolesCertificateName}` })
    const changed = (authorities: string): void => void (this.#authorities = authorities)
    watchTrust({ factory, namespace: systemNamespace, secrets: own, changed, log })
    own.onChange(({ after }) => {
      const [cert, key] = ['tls.crt', 'tls.key'].map((name) => Buffer.from(after?.data?.[name] ?? '', 'base64').toString())
      // One that was deleted is made anew: until then the one that is shown still holds.
      if (cert && key) this.#take({ cert, key })
    })
    const told = ({ systemInternalTls }: { readonly systemInternalTls: boolean }): void => {
      this.#wanted ||= systemInternalTls
      this.#show()
    }
    watchConfig(factory, systemNamespace, 'config-network', parseNetworkConfig, told, log)
  }

  /** PEM of the authorities that are trusted now; '' for none. */
  get authorities(): string {
    return this.#authorities
  }

  /** Calls `show` with what there is to show, now if it is there already, and with each later one. */
  follow(show: (certificate: Certificate) => void): void {
    this.#listener = show
    if (this.#shown !== undefined) show(this.#shown)
  }

  #take(found: Certificate): void {
    try {
      createSecureContext(found)
    } catch (error) {
      const secret = `${this.#systemNamespace}/${rolesCertificateName}`
      this.#log.error({ secret, reason: (error as Error).message }, 'a certificate cannot be used, the one before stays')
      return
    }
    this.#found = found
    this.#show()
  }

  #show(): void {
    const found = this.#found
    if (!this.#wanted || found === undefined) return
    if (this.#shown?.cert === found.cert && this.#shown.key === found.key) return
    this.#shown = found
    this.#listener?.(found)
  }
}
