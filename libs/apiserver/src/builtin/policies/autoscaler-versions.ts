/**
 * HorizontalPodAutoscaler between autoscaling/v1 and v2 (kept): the CPU target is a field in one and a metric in the other; what v1 has no
 * field for goes through annotations, so that a client of v1 that reads and writes loses nothing.
 */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { metricOf, oldMetricOf } from './autoscaler-metrics.ts'

const PREFIX = 'autoscaling.alpha.kubernetes.io/'
const NAMES = ['conditions', 'metrics', 'behavior', 'current-metrics'] as const
const DEFAULT_UTILIZATION = 80

type V2 = k8s.HorizontalPodAutoscaler
type Loose = KubeObject & { spec?: Record<string, unknown>; status?: Record<string, unknown> }

/** A metric that v1 has a field for. */
const isPlain = ({ type, resource }: k8s.MetricSpec) =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined

const cpuMetric = (percent: unknown) =>
  ({
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } }
  }) as k8s.MetricSpec

/** What an annotation holds; nothing for what a client wrote there that is no JSON. */
function annotated(object: KubeObject, name: (typeof NAMES)[number]): unknown {
  const text = object.metadata.annotations?.[`${PREFIX}${name}`]
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The reference takes no notice of what it cannot read there, either.
    return undefined
  }
}

function withoutOwn(annotations: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !NAMES.some((name) => key === `${PREFIX}${name}`)))
}

function withAnnotations(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject['metadata'] {
  const { annotations: _old, ...metadata } = object.metadata
  return Object.keys(annotations).length === 0 && object.metadata.annotations === undefined
    ? metadata
    : { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }) }
}

/** Letters of an internal struct's members are the other way round. */
function recased(value: unknown, turn: (letter: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => recased(item, turn))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(entries.map(([key, item]) => [`${turn(key.charAt(0))}${key.slice(1)}`, recased(item, turn)]))
}

/** Rules of scaling as the reference's own struct prints them: every member, by its Go name. */
const internalRules = (rules: k8s.HPAScalingRules | undefined) =>
  rules && {
    StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    SelectPolicy: rules.selectPolicy ?? null,
    Policies: (rules.policies ?? []).map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })),
    Tolerance: null
  }

export function toAutoscalerV2(object: KubeObject): KubeObject {
  const { spec = {}, status, ...rest } = object as Loose
  const { targetCPUUtilizationPercentage: percent, metrics: _none, ...others } = spec
  const old = annotated(object, 'metrics')
  const metrics = [
    ...(Array.isArray(old) ? (old as Record<string, unknown>[]).map(metricOf) : []),
    ...(percent === undefined ? [] : [cpuMetric(percent)])
  ]
  const behavior = annotated(object, 'behavior')
  const { currentCPUUtilizationPercentage: _percent, ...counts } = status ?? {}
  const conditions = annotated(object, 'conditions')
  return {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object, withoutOwn(object.metadata.annotations)),
    spec: {
      ...others,
      metrics: metrics.length > 0 ? metrics : [cpuMetric(DEFAULT_UTILIZATION)],
      ...(behavior !== undefined && { behavior: recased(behavior, (letter) => letter.toLowerCase()) })
    },
    ...(status !== undefined && {
      status: { ...counts, currentMetrics: null, ...(Array.isArray(conditions) && { conditions }) }
    })
  } as KubeObject
}

export function toAutoscalerV1(object: KubeObject): KubeObject {
  const { spec, status, ...rest } = object as V2
  const { metrics = [], behavior, ...others } = spec ?? ({} as k8s.HorizontalPodAutoscalerSpec)
  const annotations = withoutOwn(object.metadata.annotations)
  const note = (name: (typeof NAMES)[number], value: unknown) => {
    annotations[`${PREFIX}${name}`] = JSON.stringify(value)
  }
  const complex = metrics.filter((metric) => !isPlain(metric))
  const { currentMetrics, conditions = [], ...counts } = status ?? ({} as k8s.HorizontalPodAutoscalerStatus)
  if (complex.length > 0)
    note(
      'metrics',
      complex.map((metric) => oldMetricOf(metric, 'target'))
    )
  if ((currentMetrics ?? []).length > 0)
    note(
      'current-metrics',
      (currentMetrics ?? []).map((metric) => oldMetricOf(metric, 'current'))
    )
  if (behavior != null)
    note('behavior', { ScaleUp: internalRules(behavior.scaleUp) ?? null, ScaleDown: internalRules(behavior.scaleDown) ?? null })
  if (conditions.length > 0) note('conditions', conditions)
  const percent = metrics.find(isPlain)?.resource?.target?.averageUtilization
  const current = currentMetrics?.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')
  const used = current?.resource?.current?.averageUtilization
  return {
    ...rest,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(object, annotations),
    spec: { ...others, ...(percent !== undefined && { targetCPUUtilizationPercentage: percent }) },
    status: {
      ...counts,
      currentReplicas: counts.currentReplicas ?? 0,
      desiredReplicas: counts.desiredReplicas ?? 0,
      ...(used !== undefined && { currentCPUUtilizationPercentage: used })
    }
  } as KubeObject
}
