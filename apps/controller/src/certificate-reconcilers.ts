import { certificateConditions, domainMappingConditions, type Certificate, type DomainMapping, type ObjectKey } from '@knative-ts/api'
import { createEventRecorder, enveloped, type Reconcile } from '@knative-ts/kube'
import { AuthorityKeeper } from './certificate/authority-keeper.ts'
import { BuiltInIssuer } from './certificate/built-in-issuer.ts'
import { CertManagerIssuer } from './certificate/cert-manager-issuer.ts'
import { CertificateReconciler, isIssuedHere } from './certificate/certificate.reconciler.ts'
import { domainMappingFinalizer, DomainMappingReconciler } from './domain-mapping/domain-mapping.reconciler.ts'
import { Targets } from './domain-mapping/targets.ts'
import { NamespaceCertificateReconciler } from './namespace-certificate/namespace-certificate.reconciler.ts'
import type { ReconcilerOptions } from './reconcilers.ts'

/** The passes of what makes domains of a user's own, and hosts secure. */
export const certificateReconcilerNames = ['domainmapping', 'nscert', 'certificate'] as const

export function certificateReconcilers(
  options: ReconcilerOptions
): Readonly<Record<(typeof certificateReconcilerNames)[number], Reconcile>> {
  const { client, objects, settings, systemNamespace, clock, log } = options
  const { certificates, services, tlsSecrets: secrets, domainClaims: claims, domainMappings, ingresses, namespaces } = objects
  const recorderOf = (name: string) => createEventRecorder({ client, component: `${name}-controller`, log, clock })
  const [ofMappings, ofNamespaces, ofCertificates] = [recorderOf('domainmapping'), recorderOf('nscert'), recorderOf('certificate')]
  const targets = new Targets(objects, client)
  const ofRoutes = { certificates, settings: () => settings.route() }
  const mapping = new DomainMappingReconciler({ ...ofRoutes, claims, ingresses, targets, recorder: ofMappings })
  const wildcard = new NamespaceCertificateReconciler({ ...ofRoutes, namespaces, ingresses, recorder: ofNamespaces, systemNamespace })
  const authority = new AuthorityKeeper(secrets, systemNamespace, clock)
  const certificate = new CertificateReconciler(
    new BuiltInIssuer({ secrets, authority, systemNamespace, recorder: ofCertificates, clock }),
    new CertManagerIssuer({ client, services, config: () => settings.certmanager(), recorder: ofCertificates, clock })
  )
  return {
    domainmapping: enveloped<DomainMapping>(
      {
        objects: domainMappings,
        conditions: domainMappingConditions,
        finalizer: domainMappingFinalizer,
        reconcile: (m) => mapping.reconcile(m),
        finalize: (m) => mapping.finalize(m)
      },
      { recorder: ofMappings, clock }
    ),
    nscert: (key: ObjectKey) => wildcard.reconcile(key),
    certificate: enveloped<Certificate>(
      { objects: certificates, conditions: certificateConditions, mine: isIssuedHere, reconcile: (c) => certificate.reconcile(c) },
      { recorder: ofCertificates, clock }
    )
  }
}
