import { apiVersionOf, routes, serviceLabel, type Route, type Service } from '@knative-ts/api'
import { lastAppliedAnnotation, without } from '../reconciling/without.ts'

/** The finalizer that the labeler and the Route reconciler hold on every Route. */
export const routeFinalizer = 'routes.serving.knative.dev'

/** What the webhook fills in: a Service that was stored before it was asked has no traffic, and a Route without any is none. */
const toLatest: NonNullable<Service['spec']['traffic']> = [{ latestRevision: true, percent: 100 }]

/** The Route of a Service. A target without a revision means the Service's own Configuration. */
export function routeOf(service: Service): Route {
  const { name = '', namespace = '' } = service.metadata
  const { traffic = [] } = service.spec
  return {
    apiVersion: apiVersionOf(routes),
    kind: routes.kind,
    metadata: {
      name,
      namespace,
      labels: { ...service.metadata.labels, [serviceLabel]: name },
      annotations: without(service.metadata.annotations, (key) => key === lastAppliedAnnotation),
      // Set at birth: saves the write that would add it.
      finalizers: [routeFinalizer]
    },
    spec: {
      traffic: (traffic.length === 0 ? toLatest : traffic).map((target) =>
        (target.revisionName ?? '') === '' ? { ...target, configurationName: name } : target
      )
    }
  }
}
