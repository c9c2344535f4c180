import type { KubeObject, Resource } from '../../object.ts'
import type { ClusterDomainClaimSpec } from './domain-claim.schema.ts'

/** Gives a domain, which is this object's name, to one namespace: only there may a DomainMapping use it. */
export interface ClusterDomainClaim extends KubeObject {
  spec: ClusterDomainClaimSpec
}

/** The resource of {@link ClusterDomainClaim}. */
export const clusterDomainClaims: Resource<ClusterDomainClaim> = {
  group: 'networking.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'clusterdomainclaims',
  kind: 'ClusterDomainClaim',
  namespaced: false
}
