/** HorizontalPodAutoscaler (autoscaling/v2, as it is stored): defaults and rules. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { each, label, named, noneNegative, optionalWord } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { pathSegmentProblems } from '../names.ts'
import { checkContainerResourceName } from '../pods/resources.rules.ts'
import { toAutoscalerV2 } from './autoscaler-versions.ts'
import { quantityValue } from '../quantity.ts'

const PERIOD = 15
const DEFAULT_UTILIZATION = 80
const SCALE_UP: k8s.HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: PERIOD },
    { type: 'Percent', value: 100, periodSeconds: PERIOD }
  ]
}
const SCALE_DOWN: k8s.HPAScalingRules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD }] }
const LONGEST_WINDOW = 3600
const LONGEST_PERIOD = 1800
const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const
const NO_GROUP = 'apiVersion must specify API group'
const TARGETS = ['Utilization', 'Value', 'AverageValue']

/** `core`: things without a group can be meant. */
function checkReference(reference: k8s.CrossVersionObjectReference | undefined, field: string, core = false): Cause[] {
  const { kind, name, apiVersion = '' } = reference ?? {}
  const causes = (['kind', 'name'] as const).flatMap((member) => {
    const value = { kind, name }[member]
    return value ? named(`${field}.${member}`, value, pathSegmentProblems) : [required(`${field}.${member}`)]
  })
  const problems = versionProblems(apiVersion).filter((problem) => !core || problem !== NO_GROUP)
  return [...causes, ...problems.map((problem) => invalidValue(`${field}.apiVersion`, apiVersion, problem))]
}

function versionProblems(version: string): string[] {
  if (version.split('/').length > 2) return [`unexpected GroupVersion string: ${version}`]
  return version.includes('/') && !version.startsWith('/') ? [] : [NO_GROUP]
}

function checkTarget(target: k8s.MetricTarget | undefined, field: string): Cause[] {
  const { type = '', value, averageValue, averageUtilization } = target ?? {}
  const causes: Cause[] = type === '' ? [required(`${field}.type`, 'must specify a metric target type')] : []
  if (!TARGETS.includes(type)) causes.push(invalidValue(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue'))
  for (const [name, amount] of Object.entries({ value, averageValue }))
    if (amount != null && !(quantityValue(amount) > 0)) causes.push(invalidValue(`${field}.${name}`, amount, 'must be positive'))
  if (averageUtilization != null && averageUtilization < 1)
    causes.push(invalidValue(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0'))
  return causes
}

const checkIdentifier = (metric: k8s.MetricIdentifier | undefined, field: string): Cause[] =>
  metric?.name ? named(`${field}.name`, metric.name, pathSegmentProblems) : [required(`${field}.name`, 'must specify a metric name')]

/** A target of CPU or memory: one of an amount and a part of what is asked for. */
function checkUsage(target: k8s.MetricTarget | undefined, field: string): Cause[] {
  const causes = checkTarget(target, field)
  const { averageUtilization, averageValue } = target ?? {}
  if (averageUtilization == null && averageValue == null)
    causes.push(required(`${field}.averageUtilization`, 'must set either a target raw value or a target utilization'))
  if (averageUtilization != null && averageValue != null)
    causes.push(forbiddenField(`${field}.averageValue`, 'may not set both a target raw value and a target utilization'))
  return causes
}

function checkSource(metric: k8s.MetricSpec, source: (typeof SOURCES)[number], field: string): Cause[] {
  const target = `${field}.target`
  switch (source) {
    case 'object': {
      const { describedObject, metric: which, target: wanted } = metric.object ?? ({} as k8s.ObjectMetricSource)
      const causes = [
        ...checkReference(describedObject, `${field}.describedObject`, true),
        ...checkIdentifier(which, `${field}.metric`),
        ...checkTarget(wanted, target)
      ]
      if (wanted?.value != null || wanted?.averageValue != null) return causes
      return [...causes, required(`${target}.averageValue`, 'must set either a target value or averageValue')]
    }
    case 'external': {
      const { metric: which, target: wanted } = metric.external ?? ({} as k8s.ExternalMetricSource)
      const causes = [...checkIdentifier(which, `${field}.metric`), ...checkTarget(wanted, target)]
      const [value, average] = [wanted?.value, wanted?.averageValue]
      if (value == null && average == null)
        causes.push(required(`${target}.averageValue`, 'must set either a target value for metric or a per-pod target'))
      if (value != null && average != null)
        causes.push(forbiddenField(`${target}.value`, 'may not set both a target value for metric and a per-pod target'))
      return causes
    }
    case 'pods': {
      const { metric: which, target: wanted } = metric.pods ?? ({} as k8s.PodsMetricSource)
      const causes = [...checkIdentifier(which, `${field}.metric`), ...checkTarget(wanted, target)]
      if (wanted?.averageValue != null) return causes
      return [...causes, required(`${target}.averageValue`, 'must specify a positive target averageValue')]
    }
    case 'resource': {
      const causes: Cause[] = metric.resource?.name ? [] : [required(`${field}.name`, 'must specify a resource name')]
      return [...causes, ...checkUsage(metric.resource?.target, target)]
    }
    default: {
      const { name, container, target: wanted } = metric.containerResource ?? ({} as k8s.ContainerResourceMetricSource)
      return [
        ...(name ? checkContainerResourceName(name, `${field}.name`) : [required(`${field}.name`, 'must specify a resource name')]),
        ...(container ? label(`${field}.container`, container) : [required(`${field}.container`, 'must specify a container')]),
        ...checkUsage(wanted, target)
      ]
    }
  }
}

function checkMetric(metric: k8s.MetricSpec, field: string): Cause[] {
  const type = metric.type ?? ''
  const causes: Cause[] = type === '' ? [required(`${field}.type`, 'must specify a metric source type')] : []
  const isKnown = TYPES.includes(type)
  if (!isKnown) causes.push(unsupportedValue(`${field}.type`, type, TYPES))
  const present = SOURCES.filter((source) => metric[source] != null)
  const [first] = present
  if (first !== undefined) causes.push(...checkSource(metric, first, `${field}.${first}`))
  const wanted = `${type.charAt(0).toLowerCase()}${type.slice(1)}`
  if (!isKnown) causes.push(unsupportedValue(`${field}.type`, type, TYPES))
  else if (!present.some((source) => source === wanted))
    causes.push(required(`${field}.${wanted}`, 'must populate information for the given metric source'))
  if (present.length === 1) return causes
  const others = present.filter((source) => source !== wanted)
  return [...causes, ...others.map((source) => forbiddenField(`${field}.${source}`, 'must populate the given metric source only'))]
}

function checkRules(rules: k8s.HPAScalingRules | undefined, field: string): Cause[] {
  if (rules === undefined) return []
  const { stabilizationWindowSeconds: window, policies = [] } = rules
  const causes: Cause[] = []
  const at = `${field}.stabilizationWindowSeconds`
  if (window != null && window < 0) causes.push(invalidValue(at, window, 'must be greater than or equal to zero'))
  if (window != null && window > LONGEST_WINDOW) causes.push(invalidValue(at, window, `must be less than or equal to ${LONGEST_WINDOW}`))
  causes.push(...optionalWord(`${field}.selectPolicy`, rules.selectPolicy, ['Disabled', 'Max', 'Min']))
  if (policies.length === 0) causes.push(required(`${field}.policies`, 'must specify at least one Policy'))
  return [
    ...causes,
    ...each(policies, `${field}.policies`, ({ type = '', value = 0, periodSeconds = 0 }, place) => [
      ...optionalWord(`${place}.type`, type, ['Percent', 'Pods']),
      ...(value > 0 ? [] : [invalidValue(`${place}.value`, value, 'must be greater than zero')]),
      ...(periodSeconds > 0 ? [] : [invalidValue(`${place}.periodSeconds`, periodSeconds, 'must be greater than zero')]),
      ...(periodSeconds > LONGEST_PERIOD
        ? [invalidValue(`${place}.periodSeconds`, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD}`)]
        : [])
    ])
  ]
}

function checkAutoscaler({ spec }: k8s.HorizontalPodAutoscaler): Cause[] {
  const most = spec?.maxReplicas ?? 0
  const least = spec?.minReplicas
  const causes: Cause[] = []
  if (least != null && least < 1) causes.push(invalidValue('spec.minReplicas', least, 'must be greater than or equal to 1'))
  if (most < 1) causes.push(invalidValue('spec.maxReplicas', most, 'must be greater than 0'))
  if (least != null && most < least) causes.push(invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`'))
  causes.push(...checkReference(spec?.scaleTargetRef, 'spec.scaleTargetRef'), ...each(spec?.metrics, 'spec.metrics', checkMetric))
  if (least === 0 && spec?.metrics?.some(({ type }) => type === 'Object' || type === 'External') !== true)
    causes.push(forbiddenField('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'))
  causes.push(...checkRules(spec?.behavior?.scaleUp, 'spec.behavior.scaleUp'))
  return [...causes, ...checkRules(spec?.behavior?.scaleDown, 'spec.behavior.scaleDown')]
}

/** What was said of how to scale, completed. A tolerance is behind a feature that is off. */
const OLD = 'autoscaling/v1'
const OLD_METRICS = 'autoscaling.alpha.kubernetes.io/metrics'

/** The old version has a field for one target, and annotations for the others. */
function defaultOld(spec: k8s.HorizontalPodAutoscalerSpec, annotations: Readonly<Record<string, string>> | undefined): void {
  const old = spec as { targetCPUUtilizationPercentage?: number }
  if (annotations?.[OLD_METRICS] === undefined) old.targetCPUUtilizationPercentage ??= DEFAULT_UTILIZATION
}

function completed(rules: k8s.HPAScalingRules | undefined, defaults: k8s.HPAScalingRules): k8s.HPAScalingRules {
  const { tolerance: _tolerance, ...given } = rules ?? {}
  return { ...structuredClone(defaults), ...given }
}

export const autoscalerRules: KindRules<k8s.HorizontalPodAutoscaler> = {
  defaults({ spec, metadata, apiVersion }) {
    if (spec === undefined) return
    spec.minReplicas ??= 1
    if (apiVersion === OLD) return defaultOld(spec, metadata.annotations)
    if ((spec.metrics ?? []).length === 0) {
      const target = { type: 'Utilization', averageUtilization: DEFAULT_UTILIZATION }
      spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }]
    }
    if (spec.behavior == null) return
    spec.behavior = { scaleUp: completed(spec.behavior.scaleUp, SCALE_UP), scaleDown: completed(spec.behavior.scaleDown, SCALE_DOWN) }
  },
  prepareCreate(autoscaler) {
    const isOld = autoscaler.apiVersion === OLD
    if (isOld) autoscaler.status = { currentReplicas: 0, desiredReplicas: 0 } as k8s.HorizontalPodAutoscalerStatus
    else autoscaler.status = { desiredReplicas: 0, currentMetrics: null } as unknown as k8s.HorizontalPodAutoscalerStatus
  },
  check: (autoscaler) =>
    checkAutoscaler(autoscaler.apiVersion === OLD ? (toAutoscalerV2(autoscaler) as k8s.HorizontalPodAutoscaler) : autoscaler),
  checkStatus: ({ status }) => noneNegative('status', status, ['currentReplicas', 'desiredReplicas'])
}
