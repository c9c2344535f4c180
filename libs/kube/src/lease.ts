import type { KubeObject, Resource } from '@knative-ts/api'

/** `coordination.k8s.io/v1` Lease, the part that an election reads and writes. */
export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string
    leaseDurationSeconds?: number
    acquireTime?: string
    renewTime?: string
    leaseTransitions?: number
  }
}

/** The resource of {@link Lease}. */
export const leases: Resource<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true
}
