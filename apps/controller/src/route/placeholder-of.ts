import { apiVersionOf, routeLabel, visibilityLabel, type LoadBalancerStatus, type Route } from '@knative-ts/api'
import { services, type Service, type ServiceSpec } from '@knative-ts/api/kubernetes'
import { without } from '../reconciling/without.ts'

const port = { name: 'http2', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c', port: 80, targetPort: 80 }

/** Where a placeholder leads before the ingress has said where it listens. */
export const toDomain = (domain: string): ServiceSpec => ({
  type: 'ExternalName',
  externalName: domain,
  sessionAffinity: 'None',
  ports: [port]
})

/**
 * Where the ingress listens, as the spec of a placeholder; undefined while it has not said. Throws for an answer that has no place in a
 * Service: more than one entry, or an address (which needs endpoints of its own).
 */
export function toLoadBalancer(balancer: LoadBalancerStatus | undefined): ServiceSpec | undefined {
  const entries = balancer?.ingress ?? []
  const [entry] = entries
  if (entry === undefined) return undefined
  if (entries.length > 1) throw new Error('more than one ingress are specified in status(LoadBalancer) of the Ingress')
  const name = entry.domainInternal ?? entry.domain ?? ''
  if (name !== '') return toDomain(name)
  if (entry.meshOnly === true) {
    return { type: 'ClusterIP', sessionAffinity: 'None', ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 80 }] }
  }
  throw new Error(`the Ingress listens on address "${entry.ip ?? ''}": only load balancers with a domain are supported`)
}

/** The Service that makes a Route's host known inside the cluster. */
export function placeholderOf(route: Route, name: string, spec: ServiceSpec): Service {
  const { namespace = '', name: routeName = '', labels, annotations = {} } = route.metadata
  return {
    apiVersion: apiVersionOf(services),
    kind: services.kind,
    metadata: {
      name,
      namespace,
      labels: { ...without(labels, (key) => key === visibilityLabel), [routeLabel]: routeName },
      annotations
    },
    spec
  }
}

/** True when `current` cannot become `desired` by an update: Kubernetes keeps a ClusterIP for a Service's life. */
export function mustBeRemade(current: Service, desired: Service): boolean {
  const type = (service: Service): string => `${service.spec?.type ?? 'ClusterIP'} ${service.spec?.clusterIP === 'None'}`
  return type(current) !== type(desired)
}
