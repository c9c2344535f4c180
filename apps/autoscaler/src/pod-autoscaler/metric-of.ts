import type { Metric, PodAutoscaler } from '@knative-ts/api'
import type { ScalingSpec } from '@knative-ts/scaling'
import { childMetadataOf } from './child-metadata-of.ts'

/** The Metric of a PodAutoscaler: which windows, and whose pods are asked (nobody's when the activator sees every request). */
export function metricOf(pa: PodAutoscaler, spec: ScalingSpec, privateService: string): Metric {
  return {
    apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
    kind: 'Metric',
    metadata: childMetadataOf(pa),
    spec: {
      stableWindow: spec.windows.stableSeconds * 1_000_000_000,
      panicWindow: spec.windows.panicSeconds * 1_000_000_000,
      scrapeTarget: spec.scaling.targetBurstCapacity === -1 ? '' : privateService
    }
  }
}
