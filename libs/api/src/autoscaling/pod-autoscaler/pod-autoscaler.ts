import type { KubeObject, Resource } from '../../object.ts'
import type { PodAutoscalerSpec, PodAutoscalerStatus } from './pod-autoscaler.schema.ts'

/** How one revision is scaled; the class annotation says by whom. */
export interface PodAutoscaler extends KubeObject {
  spec: PodAutoscalerSpec
  status?: PodAutoscalerStatus
}

/** The resource of {@link PodAutoscaler}. */
export const podAutoscalers: Resource<PodAutoscaler> = {
  group: 'autoscaling.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'podautoscalers',
  kind: 'PodAutoscaler',
  namespaced: true
}
