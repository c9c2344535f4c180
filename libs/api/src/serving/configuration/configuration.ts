import type { KubeObject, Resource } from '../../object.ts'
import type { ConfigurationSpec, ConfigurationStatus } from './configuration.schema.ts'

/** The latest wanted state of a revision; each change makes a new Revision. */
export interface Configuration extends KubeObject {
  spec: ConfigurationSpec
  status?: ConfigurationStatus
}

/** The resource of {@link Configuration}. */
export const configurations: Resource<Configuration> = {
  group: 'serving.knative.dev',
  version: 'v1',
  plural: 'configurations',
  kind: 'Configuration',
  namespaced: true
}
