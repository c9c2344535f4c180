import type { KubeObject, Resource } from '../../object.ts'
import type { IntegrationSinkSpec, IntegrationSinkStatus } from './integration-sink.schema.ts'

/** Writes events to a log or to a service of AWS. */
export interface IntegrationSink extends KubeObject {
  spec: IntegrationSinkSpec
  status?: IntegrationSinkStatus
}

/** The resource of {@link IntegrationSink}. */
export const integrationSinks: Resource<IntegrationSink> = {
  group: 'sinks.knative.dev',
  version: 'v1alpha1',
  plural: 'integrationsinks',
  kind: 'IntegrationSink',
  namespaced: true
}
