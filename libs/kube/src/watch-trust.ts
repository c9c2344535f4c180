import { X509Certificate } from 'node:crypto'
import { rolesCertificateName, trustBundleLabel } from '@knative-ts/api'
import { configMaps, type Secret } from '@knative-ts/api/kubernetes'
import type { Informer, InformerFactory } from './informer.ts'
import type { Log } from './log.ts'

/** Where the trusted authorities come from, and who hears of a change. */
export interface TrustWatch {
  readonly factory: InformerFactory
  /** The system namespace. */
  readonly namespace: string
  /** Has the Secret of the roles' certificate, and perhaps others. */
  readonly secrets: Informer<Secret>
  /** Called when other authorities are trusted than before. */
  readonly changed: (authorities: string) => void
  readonly log: Log
}

/**
 * Follows whose certificates roles accept of each other and of pods: `ca.crt` of the roles' own certificate, and what ConfigMaps of the system namespace
 * with the label of trust bundles hold. `changed` gets PEM, each authority once; '' when there is none. Call it before the factory starts.
 */
export function watchTrust({ factory, namespace, secrets, changed, log }: TrustWatch): void {
  const bundles = new Map<string, readonly string[]>()
  let own: readonly string[] = []
  let told = ''
  const tell = (): void => {
    const authorities = [...new Set([...own, ...[...bundles.keys()].sort().flatMap((name) => bundles.get(name) ?? [])])].join('')
    if (authorities === told) return
    told = authorities
    changed(authorities)
  }
  secrets.onChange(({ after }) => {
    if (after?.metadata.namespace !== namespace || after.metadata.name !== rolesCertificateName) return
    const text = Buffer.from(after.data?.['ca.crt'] ?? '', 'base64').toString()
    const found = authoritiesIn(text, () =>
      log.warn({ secret: `${namespace}/${rolesCertificateName}` }, 'its ca.crt holds what is no certificate')
    )
    // One that was deleted is made anew, and one that says nothing of its authority takes nothing back: who is trusted must not be nobody in between.
    if (found.length > 0) own = found
    tell()
  })
  factory.informer(configMaps, { namespace }).onChange(({ before, after }) => {
    const name = (after ?? before)?.metadata.name ?? ''
    if (after?.metadata.labels?.[trustBundleLabel] === undefined) {
      if (bundles.delete(name)) tell()
      return
    }
    const unreadable = (): void => log.warn({ config: `${namespace}/${name}` }, 'a trust bundle holds what is no certificate')
    bundles.set(
      name,
      Object.keys(after.data ?? {})
        .sort()
        .flatMap((key) => authoritiesIn(after.data?.[key] ?? '', unreadable))
    )
    tell()
  })
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Every certificate of a text; one that cannot be read is left out: it would take all others with it. */
function authoritiesIn(text: string, unreadable: () => void): string[] {
  return (text.match(block) ?? []).flatMap((pem) => {
    try {
      return [new X509Certificate(pem).toString()]
    } catch {
      unreadable()
      return []
    }
  })
}
