import { createSecureContext, type SecureContext } from 'node:tls'
import type { routing } from '@knative-ts/wire'
import type { Log } from '@knative-ts/telemetry/logger'
import { Arrival } from '../routing/arrival.ts'
import { type Claim, Claims } from '../routing/claims.ts'

/** One Secret's certificate. What TLS needs of it is made with the first handshake. */
interface Certificate {
  readonly pem: routing.Certificate
  context?: SecureContext | undefined
}

/** A KIngress' word on which certificate some hosts show. */
interface Shown extends Claim {
  /** `namespace/name` of the Secret. */
  readonly certificate: string
}

interface Filed {
  readonly claim: Shown
  readonly hosts: readonly string[]
}

/**
 * Which certificate each host shows. Handshakes look here each time: what an update brings is shown from the next one on, and connections stay.
 * Keys are never logged.
 */
export class Certificates {
  readonly #log: Log
  readonly #certificates = new Map<string, Certificate>()
  readonly #ingresses = new Map<string, readonly Filed[]>()
  readonly #hosts = new Claims<Shown>()
  readonly #ingressesOf = new Arrival(({ ingresses }) => ingresses)
  readonly #certificatesOf = new Arrival(({ certificates }) => certificates)

  constructor(log: Log) {
    this.#log = log
  }

  /** Applies what an update says of certificates and of the hosts that show them. */
  apply(update: routing.RoutingUpdate): void {
    for (const key of [...update.removedIngresses, ...this.#ingressesOf.leftOut(update, this.#ingresses.keys())]) this.#forget(key)
    for (const { key, tls } of update.ingresses) {
      this.#forget(key)
      if (tls.length > 0) this.#file(key, tls)
    }
    const gone = [...update.removedCertificates, ...this.#certificatesOf.leftOut(update, this.#certificates.keys())]
    for (const key of gone) this.#certificates.delete(key)
    for (const pem of update.certificates) {
      const before = this.#certificates.get(pem.key)?.pem
      if (before?.chain !== pem.chain || before.privateKey !== pem.privateKey) this.#certificates.set(pem.key, { pem })
    }
  }

  /** True for a host (lower case) that shows a certificate. */
  has(host: string): boolean {
    return this.#of(host) !== undefined
  }

  /** What a handshake for this name uses; undefined when no certificate is meant for it, or the one that is cannot be used. */
  contextOf(name: string): SecureContext | undefined {
    const certificate = this.#of(name.toLowerCase())
    if (certificate === undefined) return undefined
    const { key, chain, privateKey } = certificate.pem
    try {
      return (certificate.context ??= createSecureContext({ cert: chain, key: privateKey }))
    } catch (error) {
      this.#log.error({ secret: key, reason: (error as Error).message }, 'certificate cannot be used: its hosts are refused')
      return undefined
    }
  }

  /** A host's own, or that of a wildcard one label above it. */
  #of(host: string): Certificate | undefined {
    const shown = this.#hosts.get(host) ?? this.#hosts.get(`*${host.slice(Math.max(host.indexOf('.'), 0))}`)
    return shown === undefined ? undefined : this.#certificates.get(shown.certificate)
  }

  #file(ingress: string, tls: readonly routing.Tls[]): void {
    const filed = tls.map(({ certificate, hosts }): Filed => ({ claim: { ingress, certificate }, hosts }))
    this.#ingresses.set(ingress, filed)
    for (const { claim, hosts } of filed) for (const host of hosts) this.#hosts.add(host, claim)
  }

  #forget(ingress: string): void {
    for (const { claim, hosts } of this.#ingresses.get(ingress) ?? []) for (const host of hosts) this.#hosts.remove(host, claim)
    this.#ingresses.delete(ingress)
  }
}
