import type { KubeObject, Resource } from '../../object.ts'
import type { MetricSpec, MetricStatus } from './metric.schema.ts'

/** What the autoscaler measures for one revision. */
export interface Metric extends KubeObject {
  spec: MetricSpec
  status?: MetricStatus
}

/** The resource of {@link Metric}. */
export const metrics: Resource<Metric> = {
  group: 'autoscaling.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'metrics',
  kind: 'Metric',
  namespaced: true
}
