import type { KubeObject, Resource } from '../../object.ts'
import type { ServerlessServiceSpec, ServerlessServiceStatus } from './serverless-service.schema.ts'

/** Whether requests of a revision go straight to its pods or through the activator. */
export interface ServerlessService extends KubeObject {
  spec: ServerlessServiceSpec
  status?: ServerlessServiceStatus
}

/** The resource of {@link ServerlessService}. */
export const serverlessServices: Resource<ServerlessService> = {
  group: 'networking.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'serverlessservices',
  kind: 'ServerlessService',
  namespaced: true
}
