import type { KubeObject, Resource } from '../../object.ts'
import type { RouteSpec, RouteStatus } from './route.schema.ts'

/** A host name and how its requests are shared among revisions. */
export interface Route extends KubeObject {
  spec: RouteSpec
  status?: RouteStatus
}

/** The resource of {@link Route}. */
export const routes: Resource<Route> = {
  group: 'serving.knative.dev',
  version: 'v1',
  plural: 'routes',
  kind: 'Route',
  namespaced: true
}
