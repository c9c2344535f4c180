import {
  configurations,
  apiVersionOf,
  rolloutDurationAnnotations,
  routesAnnotation,
  serviceLabel,
  serviceUidLabel,
  type Configuration,
  type Service
} from '@knative-ts/api'
import { lastAppliedAnnotation, without } from '../reconciling/without.ts'

/** The Configuration of a Service. `existing` keeps the Routes that already lead to it. */
export function configurationOf(service: Service, existing: Configuration | undefined): Configuration {
  const { name = '', namespace = '', uid = '' } = service.metadata
  const notHandedOn: readonly string[] = [lastAppliedAnnotation, ...rolloutDurationAnnotations]
  const routes = new Set((existing?.metadata.annotations?.[routesAnnotation] ?? '').split(',').filter((route) => route !== ''))
  routes.add(name)
  return {
    apiVersion: apiVersionOf(configurations),
    kind: configurations.kind,
    metadata: {
      name,
      namespace,
      labels: { ...service.metadata.labels, [serviceLabel]: name, [serviceUidLabel]: uid },
      annotations: {
        ...without(service.metadata.annotations, (key) => notHandedOn.includes(key)),
        // Known before the Route is: a revision starts active instead of being patched so a moment later.
        [routesAnnotation]: [...routes].sort().join(',')
      }
    },
    spec: service.spec.template === undefined ? {} : { template: service.spec.template }
  }
}
