import {
  certificates,
  domainMappings,
  keyOf,
  podsCertificateName,
  wildcardDomainLabel,
  type Certificate,
  type KubeObject,
  type ObjectKey
} from '@knative-ts/api'
import { namespaces, type Secret } from '@knative-ts/api/kubernetes'
import { controllerKeys, triggeredBy, type Trigger } from '@knative-ts/kube'
import { authoritySecretName } from './certificate/authority.ts'
import type { certificateReconcilerNames } from './certificate-reconcilers.ts'
import { asTarget, byTarget } from './domain-mapping/targets.ts'
import type { Objects } from './objects.ts'

/** What domains, certificates and the certificates of namespaces are passed for. */
export function certificateTriggers(
  objects: Objects,
  systemNamespace: string
): Readonly<Record<(typeof certificateReconcilerNames)[number], readonly Trigger[]>> {
  const { informer: ofCertificates } = objects.certificates
  const leadingTo = (target: KubeObject): readonly ObjectKey[] => objects.domainMappings.byIndex(byTarget, asTarget(target)).map(keyOf)
  return {
    domainmapping: [
      triggeredBy(objects.domainMappings.informer),
      triggeredBy(objects.ingresses.informer, controllerKeys(domainMappings)),
      triggeredBy(ofCertificates, controllerKeys(domainMappings)),
      // A claim has its domain's name, and so have the mappings of that domain, in whatever namespace.
      triggeredBy(objects.domainClaims.informer, (claim) =>
        objects.domainMappings
          .list()
          .filter(({ metadata }) => metadata.name === claim.metadata.name)
          .map(keyOf)
      ),
      triggeredBy(objects.knativeServices.informer, leadingTo),
      triggeredBy(objects.routes.informer, leadingTo),
      triggeredBy(objects.services.informer, leadingTo)
    ],
    nscert: [triggeredBy(objects.namespaces.informer), triggeredBy(ofCertificates, controllerKeys(namespaces))],
    certificate: [
      triggeredBy(ofCertificates),
      triggeredBy(objects.tlsSecrets.informer, (secret) =>
        isAuthority(secret, systemNamespace) ? objects.certificates.list().map(keyOf) : controllerKeys(certificates)(secret)
      )
    ]
  }
}

/** Revisions of a namespace whose pods' certificate, or its Secret, came or changed: they may have waited for it. */
export const underPodsCertificate =
  (objects: Pick<Objects, 'revisions'>) =>
  ({ metadata }: Certificate | Secret): readonly ObjectKey[] =>
    metadata.name === podsCertificateName ? objects.revisions.list(metadata.namespace).map(keyOf) : []

/** Another authority signs everything anew. */
const isAuthority = ({ metadata }: Secret, systemNamespace: string): boolean =>
  metadata.namespace === systemNamespace && metadata.name === authoritySecretName

/** Routes that a namespace's certificate for all hosts may serve: all of the namespace. */
export const underWildcard =
  (objects: Pick<Objects, 'routes'>) =>
  ({ metadata }: Certificate): readonly ObjectKey[] =>
    metadata.labels?.[wildcardDomainLabel] === undefined ? [] : objects.routes.list(metadata.namespace).map(keyOf)
