/** What a HorizontalPodAutoscaler aims at and where it is, as `kubectl get hpa` prints it. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { NONE } from './cell.ts'

const UNKNOWN = '<unknown>'
const MOST = 2

/** `cpu: 10%/80%, 3/10 (avg) + 1 more...` */
export function metricsText({ spec, status }: k8s.HorizontalPodAutoscaler): string {
  const metrics = spec?.metrics ?? []
  if (metrics.length === 0) return NONE
  const texts = metrics.map((metric, index) => metricText(metric, status?.currentMetrics?.[index]))
  return texts.length <= MOST ? texts.join(', ') : `${texts.slice(0, MOST).join(', ')} + ${texts.length - MOST} more...`
}

function metricText(metric: k8s.MetricSpec, now: k8s.MetricStatus | undefined): string {
  switch (metric.type) {
    case 'External':
      return valueText(metric.external?.target, now?.external?.current)
    case 'Object':
      return valueText(metric.object?.target, now?.object?.current)
    case 'Pods':
      return `${now?.pods?.current?.averageValue ?? UNKNOWN}/${metric.pods?.target?.averageValue ?? 0}`
    case 'Resource':
      return resourceText(metric.resource, now?.resource?.current)
    case 'ContainerResource':
      return resourceText(metric.containerResource, now?.containerResource?.current)
    default:
      return '<unknown type>'
  }
}

function valueText(target: k8s.MetricTarget | undefined, current: k8s.MetricValueStatus | undefined): string {
  if (target?.averageValue != null) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`
  return `${current === undefined ? UNKNOWN : (current.value ?? 0)}/${target?.value ?? 0}`
}

function resourceText(
  resource: k8s.ResourceMetricSource | k8s.ContainerResourceMetricSource | undefined,
  current: k8s.MetricValueStatus | undefined
): string {
  const { name, target } = resource ?? {}
  if (target?.averageValue != null)
    return `${name}: ${current === undefined ? UNKNOWN : (current.averageValue ?? 0)}/${target.averageValue}`
  const percent = (value: number | undefined, none: string) => (value === undefined ? none : `${value}%`)
  return `${name}: ${percent(current?.averageUtilization, UNKNOWN)}/${percent(target?.averageUtilization, '<auto>')}`
}
