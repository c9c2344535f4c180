import type { KubeObject, Resource } from '../../object.ts'
import type { IngressSpec, IngressStatus } from './ingress.schema.ts'

/** What the data plane of one ingress class serves ("KIngress"). */
export interface Ingress extends KubeObject {
  spec: IngressSpec
  status?: IngressStatus
}

/** The resource of {@link Ingress}. */
export const ingresses: Resource<Ingress> = {
  group: 'networking.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'ingresses',
  kind: 'Ingress',
  namespaced: true
}
