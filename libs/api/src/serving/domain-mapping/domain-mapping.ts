import type { KubeObject, Resource } from '../../object.ts'
import type { DomainMappingSpec, DomainMappingStatus } from './domain-mapping.schema.ts'

/** A host of the user's own, which is this object's name, and what it leads to. */
export interface DomainMapping extends KubeObject {
  spec: DomainMappingSpec
  status?: DomainMappingStatus
}

/** The resource of {@link DomainMapping}. */
export const domainMappings: Resource<DomainMapping> = {
  group: 'serving.knative.dev',
  version: 'v1beta1',
  plural: 'domainmappings',
  kind: 'DomainMapping',
  namespaced: true
}
