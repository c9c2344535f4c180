/** Metrics of a HorizontalPodAutoscaler as autoscaling/v1 writes them into annotations: older names, amounts without the `target` around them. */
import type * as k8s from '@knative-ts/api/kubernetes'

type Json = Record<string, unknown>

/** Which amounts of a target or of a value go by which names. */
interface Amounts {
  readonly value?: string
  readonly averageValue?: string
  readonly averageUtilization?: string
}

const SPEC = {
  usage: { averageUtilization: 'targetAverageUtilization', averageValue: 'targetAverageValue' },
  pods: { averageValue: 'targetAverageValue' },
  object: { value: 'targetValue', averageValue: 'averageValue' },
  external: { value: 'targetValue', averageValue: 'targetAverageValue' }
} satisfies Record<string, Amounts>
const STATUS = {
  usage: { averageUtilization: 'currentAverageUtilization', averageValue: 'currentAverageValue' },
  pods: { averageValue: 'currentAverageValue' },
  object: { value: 'currentValue', averageValue: 'averageValue' },
  external: { value: 'currentValue', averageValue: 'currentAverageValue' }
} satisfies Record<string, Amounts>

function renamed(from: Json | undefined, names: Amounts): Json {
  return Object.fromEntries(Object.entries(names).flatMap(([name, old]) => (from?.[name] === undefined ? [] : [[old, from[name]]])))
}

/** The target of these amounts. Which type it is follows from what it has. */
function targetOf(from: Json, names: Amounts): Json {
  const amounts = Object.fromEntries(Object.entries(names).flatMap(([name, old]) => (from[old] === undefined ? [] : [[name, from[old]]])))
  const type = 'averageUtilization' in amounts ? 'Utilization' : 'value' in amounts ? 'Value' : 'AverageValue'
  return { type, ...amounts }
}

const set = (key: string, value: unknown): Json => (value === undefined ? {} : { [key]: value })

/** One metric of a spec (`part` is `target`) or of a status (`current`) in the old form. */
export function oldMetricOf(metric: k8s.MetricSpec | k8s.MetricStatus, part: 'target' | 'current'): Json {
  const names = part === 'target' ? SPEC : STATUS
  const all = metric as unknown as Readonly<Record<string, Json | undefined>>
  const { object, pods, resource, containerResource, external } = all
  const amount = (of: Json) => of[part] as Json | undefined
  const which = (of: Json) => of['metric'] as Json | undefined
  return {
    type: metric.type,
    ...(object && {
      object: {
        target: object['describedObject'],
        ...set('metricName', which(object)?.['name']),
        ...renamed(amount(object), { value: names.object.value }),
        ...set('selector', which(object)?.['selector']),
        ...renamed(amount(object), { averageValue: 'averageValue' })
      }
    }),
    ...(pods && {
      pods: { metricName: which(pods)?.['name'], ...renamed(amount(pods), names.pods), ...set('selector', which(pods)?.['selector']) }
    }),
    ...(resource && { resource: { name: resource['name'], ...renamed(amount(resource), names.usage) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource['name'],
        ...renamed(amount(containerResource), names.usage),
        container: containerResource['container']
      }
    }),
    ...(external && {
      external: {
        metricName: which(external)?.['name'],
        ...set('metricSelector', which(external)?.['selector']),
        ...renamed(amount(external), names.external)
      }
    })
  }
}

/** The metric of a spec that the old form stands for. */
export function metricOf(old: Json): k8s.MetricSpec {
  const { type, object, pods, resource, containerResource, external } = old as Readonly<Record<string, Json | undefined>>
  const metric = (of: Json, selector: string) => ({ name: of['metricName'], ...set('selector', of[selector]) })
  return {
    type,
    ...(object && {
      object: { describedObject: object['target'], target: targetOf(object, SPEC.object), metric: metric(object, 'selector') }
    }),
    ...(pods && { pods: { metric: metric(pods, 'selector'), target: targetOf(pods, SPEC.pods) } }),
    ...(resource && { resource: { name: resource['name'], target: targetOf(resource, SPEC.usage) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource['name'],
        target: targetOf(containerResource, SPEC.usage),
        container: containerResource['container']
      }
    }),
    ...(external && { external: { metric: metric(external, 'metricSelector'), target: targetOf(external, SPEC.external) } })
  } as unknown as k8s.MetricSpec
}
