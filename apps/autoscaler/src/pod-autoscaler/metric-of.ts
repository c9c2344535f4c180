import { podAutoscalers, type Metric, type PodAutoscaler } from '@knative-ts/api'
import { controllerRefOf } from '@knative-ts/kube'
import type { ScalingSpec } from '@knative-ts/scaling'

/** The Metric of a PodAutoscaler: which windows, and whose pods are asked (nobody's when the activator sees every request). */
export function metricOf(pa: PodAutoscaler, spec: ScalingSpec, privateService: string): Metric {
  return {
    apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
    kind: 'Metric',
    metadata: {
      name: pa.metadata.name ?? '',
      namespace: pa.metadata.namespace ?? '',
      labels: { ...pa.metadata.labels },
      annotations: { ...pa.metadata.annotations },
      ownerReferences: [controllerRefOf(pa, podAutoscalers)]
    },
    spec: {
      stableWindow: spec.windows.stableSeconds * 1_000_000_000,
      panicWindow: spec.windows.panicSeconds * 1_000_000_000,
      scrapeTarget: spec.scaling.targetBurstCapacity === -1 ? '' : privateService
    }
  }
}
