/** The HorizontalPodAutoscaler of a PodAutoscaler of class HPA. Source: reference 2.8. */
import {
  formatQuantity,
  metricAnnotations,
  targetAnnotations,
  windowAnnotations,
  type AutoscalerConfig,
  type PodAutoscaler
} from '@knative-ts/api'
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, MetricSpec } from '@knative-ts/api/kubernetes'
import { equalJson } from '@knative-ts/kube'
import { boundsOf, firstAnnotation, floatOf, millisecondsOf } from '@knative-ts/scaling'
import { childMetadataOf } from '../pod-autoscaler/child-metadata-of.ts'

const unlimited = 2 ** 31 - 1

export function horizontalPodAutoscalerOf(pa: PodAutoscaler, config: AutoscalerConfig): HorizontalPodAutoscaler {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: childMetadataOf(pa),
    spec: specOf(pa, config)
  }
}

function specOf(pa: PodAutoscaler, config: AutoscalerConfig): HorizontalPodAutoscalerSpec {
  const annotations = pa.metadata.annotations ?? {}
  const { min, max } = boundsOf(annotations, config, pa.spec.reachability !== 'Unreachable')
  const { apiVersion, kind = '', name = '' } = pa.spec.scaleTargetRef
  const metric = metricOf(annotations)
  const window = millisecondsOf(firstAnnotation(annotations, windowAnnotations))
  const rules = window === undefined ? undefined : { stabilizationWindowSeconds: Math.trunc(window / 1000) }
  return {
    scaleTargetRef: { ...(apiVersion === undefined ? {} : { apiVersion }), kind, name },
    maxReplicas: max === 0 ? unlimited : max,
    ...(min > 0 ? { minReplicas: min } : {}),
    ...(metric === undefined ? {} : { metrics: [metric] }),
    ...(rules === undefined ? {} : { behavior: { scaleDown: rules, scaleUp: rules } })
  }
}

/** None without a target: Kubernetes then aims at 80 % of the processor time that is asked for. */
function metricOf(annotations: Readonly<Record<string, string>>): MetricSpec | undefined {
  const target = floatOf(firstAnnotation(annotations, targetAnnotations))
  if (target === undefined) return undefined
  const name = firstAnnotation(annotations, metricAnnotations) ?? 'cpu'
  if (name === 'cpu')
    return { type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization: Math.ceil(target) } } }
  const average = (value: bigint, format: 'BinarySI' | 'DecimalSI') => ({
    type: 'AverageValue',
    averageValue: formatQuantity({ nanos: value * 1_000_000_000n, format })
  })
  const whole = BigInt(Math.trunc(target))
  if (name === 'memory') return { type: 'Resource', resource: { name, target: average(whole * 1024n * 1024n, 'BinarySI') } }
  return { type: 'Pods', pods: { metric: { name }, target: average(whole, 'DecimalSI') } }
}

/** True when both ask for the same, with what Kubernetes writes where nothing is said. */
export function sameDemand(current: HorizontalPodAutoscalerSpec, desired: HorizontalPodAutoscalerSpec): boolean {
  return equalJson(demandOf(current), demandOf(desired))
}

const kubernetesMetrics: readonly MetricSpec[] = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }
]

function demandOf({ scaleTargetRef, maxReplicas, minReplicas = 1, metrics = [], behavior = {} }: HorizontalPodAutoscalerSpec): object {
  const windows = [behavior.scaleUp, behavior.scaleDown].map((rules) => rules?.stabilizationWindowSeconds ?? null)
  return { scaleTargetRef, maxReplicas, minReplicas, metrics: metrics.length === 0 ? kubernetesMetrics : metrics, windows }
}
