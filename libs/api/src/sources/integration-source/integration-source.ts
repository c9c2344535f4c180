import type { KubeObject, Resource } from '../../object.ts'
import type { IntegrationSourceSpec, IntegrationSourceStatus } from './integration-source.schema.ts'

/** Sends events of a timer or of a service of AWS. */
export interface IntegrationSource extends KubeObject {
  spec: IntegrationSourceSpec
  status?: IntegrationSourceStatus
}

/** The resource of {@link IntegrationSource}. */
export const integrationSources: Resource<IntegrationSource> = {
  group: 'sources.knative.dev',
  version: 'v1alpha1',
  plural: 'integrationsources',
  kind: 'IntegrationSource',
  namespaced: true
}
