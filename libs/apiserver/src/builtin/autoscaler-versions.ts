/** HorizontalPodAutoscaler between autoscaling/v1 and v2 (kept): the CPU target is a field in one and a metric in the other. */
import type { KubeObject } from '@knative-ts/api'

interface Metric {
  readonly type: string
  readonly resource?: { readonly name: string; readonly target?: { readonly type: string; readonly averageUtilization?: number } }
}
type Loose = KubeObject & { spec?: Record<string, unknown>; status?: Record<string, unknown> }

export function toAutoscalerV2(object: KubeObject): KubeObject {
  const { spec = {}, ...rest } = object as Loose
  const { targetCPUUtilizationPercentage: percent, ...others } = spec
  const metrics =
    percent === undefined
      ? {}
      : { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } }] }
  return { ...rest, apiVersion: 'autoscaling/v2', spec: { ...others, ...metrics } } as KubeObject
}

export function toAutoscalerV1(object: KubeObject): KubeObject {
  const { spec = {}, ...rest } = object as Loose
  const { metrics = [], behavior: _behavior, ...others } = spec as { metrics?: readonly Metric[]; behavior?: unknown }
  const cpu = metrics.find((metric) => metric.type === 'Resource' && metric.resource?.name === 'cpu')
  const percent = cpu?.resource?.target?.averageUtilization
  return {
    ...rest,
    apiVersion: 'autoscaling/v1',
    spec: { ...others, ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }) }
  } as KubeObject
}
