import type { KubeObject, Resource } from '../../object.ts'
import type { ServiceSpec, ServiceStatus } from './service.schema.ts'

/** What a user deploys: one Configuration and one Route under the same name. */
export interface Service extends KubeObject {
  spec: ServiceSpec
  status?: ServiceStatus
}

/** Not to be confused with Kubernetes' own Services, which `@knative-ts/api/kubernetes` calls `services`. */
export const knativeServices: Resource<Service> = {
  group: 'serving.knative.dev',
  version: 'v1',
  plural: 'services',
  kind: 'Service',
  namespaced: true
}
