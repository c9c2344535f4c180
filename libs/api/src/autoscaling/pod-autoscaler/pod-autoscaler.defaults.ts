import { classAnnotations, metricAnnotations, metricByClass } from '../../names/autoscaling-keys.ts'
import { firstOf } from '../../names/keys.ts'
import type { AdmissionContext } from '../../validation/admission-context.ts'
import type { PodAutoscaler } from './pod-autoscaler.ts'

const [classKey = ''] = classAnnotations
const [metricKey = ''] = metricAnnotations

/** Writes class and metric where they are not said. Classes of others choose their own metric. */
export function defaultPodAutoscaler(podAutoscaler: PodAutoscaler, context: AdmissionContext<PodAutoscaler>): PodAutoscaler {
  const given = podAutoscaler.metadata.annotations
  const annotations: Record<string, string> = { ...given }
  const autoscalerClass = firstOf(given, classAnnotations) ?? context.config.autoscaler.podAutoscalerClass
  annotations[classKey] ??= autoscalerClass
  const metric = metricByClass[autoscalerClass]
  if (metric !== undefined) annotations[metricKey] ??= metric
  return { ...podAutoscaler, metadata: { ...podAutoscaler.metadata, annotations } }
}
