import type { KubeObject, Resource } from '../../object.ts'
import type { ContainerSourceSpec, ContainerSourceStatus } from './container-source.schema.ts'

/** Runs a container of the user that sends events. */
export interface ContainerSource extends KubeObject {
  spec: ContainerSourceSpec
  status?: ContainerSourceStatus
}

/** The resource of {@link ContainerSource}. */
export const containerSources: Resource<ContainerSource> = {
  group: 'sources.knative.dev',
  version: 'v1',
  plural: 'containersources',
  kind: 'ContainerSource',
  namespaced: true
}
