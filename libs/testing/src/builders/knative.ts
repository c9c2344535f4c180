/** Objects of our own kinds as the smallest valid example, with deep overrides. */
import type { Configuration, PodAutoscaler, Revision, Route, Service } from '@knative-ts/api'
import { overlay, type Overrides } from '../overlay.ts'

const uidOf = (kind: string, name: string): string => `uid-${kind}-${name}`
const container = { name: 'user-container', image: 'dev.local/hello' }

/** A Service `default/hello` that runs image `dev.local/hello`. */
export function service(overrides?: Overrides<Service>): Service {
  const name = overrides?.metadata?.name ?? 'hello'
  const base: Service = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', uid: uidOf('service', name), generation: 1 },
    spec: { template: { spec: { containers: [{ image: 'dev.local/hello' }] } } } as Service['spec']
  }
  return overlay(base, overrides)
}

/** A Configuration `default/hello` of the same template as `service()`. */
export function configuration(overrides?: Overrides<Configuration>): Configuration {
  const name = overrides?.metadata?.name ?? 'hello'
  const base: Configuration = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Configuration',
    metadata: { name, namespace: 'default', uid: uidOf('configuration', name), generation: 1 },
    spec: { template: { spec: { containers: [{ image: 'dev.local/hello' }] } } } as Configuration['spec']
  }
  return overlay(base, overrides)
}

/** A Revision `default/hello-00001` of Configuration `hello`, defaulted as the webhook does. */
export function revision(overrides?: Overrides<Revision>): Revision {
  const name = overrides?.metadata?.name ?? 'hello-00001'
  const base: Revision = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: {
      name,
      namespace: 'default',
      uid: uidOf('revision', name),
      generation: 1,
      labels: { 'serving.knative.dev/configuration': 'hello', 'serving.knative.dev/configurationGeneration': '1' }
    },
    spec: { containerConcurrency: 0, timeoutSeconds: 300, enableServiceLinks: false, containers: [container] } as Revision['spec']
  }
  return overlay(base, overrides)
}

/** A Route `default/hello`, all traffic to the latest ready Revision of Configuration `hello`. */
export function route(overrides?: Overrides<Route>): Route {
  const name = overrides?.metadata?.name ?? 'hello'
  const base: Route = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Route',
    metadata: { name, namespace: 'default', uid: uidOf('route', name), generation: 1 },
    spec: { traffic: [{ configurationName: 'hello', latestRevision: true, percent: 100 }] } as Route['spec']
  }
  return overlay(base, overrides)
}

/** A PodAutoscaler `default/hello-00001` of the KPA class, for the Deployment that a Revision of that name has. */
export function podAutoscaler(overrides?: Overrides<PodAutoscaler>): PodAutoscaler {
  const name = overrides?.metadata?.name ?? 'hello-00001'
  const base: PodAutoscaler = {
    apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
    kind: 'PodAutoscaler',
    metadata: {
      name,
      namespace: 'default',
      uid: uidOf('podautoscaler', name),
      generation: 1,
      annotations: { 'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev', 'autoscaling.knative.dev/metric': 'concurrency' },
      labels: { 'serving.knative.dev/configuration': 'hello', 'serving.knative.dev/revision': name }
    },
    spec: {
      containerConcurrency: 0,
      protocolType: 'http1',
      reachability: 'Reachable',
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `${name}-deployment` }
    } as PodAutoscaler['spec']
  }
  return overlay(base, overrides)
}
