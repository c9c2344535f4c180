/** What one metric of an autoscaler asks for, and how its status shows it. Messages are those of `horizontal.go` of 1.34. */
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus, Pod } from '@knative-ts/api/kubernetes'
import { errorOf, errorText, selectorText } from '@knative-ts/kube'
import { canonicalQuantity } from '../../builtin/quantity.ts'
import type { PodMetrics } from '../../usage/usage-objects.ts'
import { groupPods, measuresOf, milliOf, requestsOf } from './pod-measures.ts'
import { propose, type Proposal, type Target } from './replica-count.ts'

const defaultTolerance = 0.1

/** What an autoscaler looks at. Each port rejects with a sentence. */
export interface MetricWorld {
  readonly current: number
  /** Selected by the target's scale. */
  readonly pods: readonly Pod[]
  readonly usage: () => Promise<readonly PodMetrics[]>
  readonly now: number
}

export interface MetricProposal {
  readonly replicas: number
  /** What the metric is called in messages. */
  readonly name: string
  readonly status: MetricStatus
}

/** A metric that cannot be read: `reason` for condition and event, `cause` for them, the message for all metrics together. */
export class MetricFailure extends Error {
  readonly reason: string
  override readonly cause: Error

  constructor(reason: string, message: string, cause: Error) {
    super(`${message}: ${cause.message}`)
    this.reason = reason
    this.cause = cause
  }
}

/** Rejects with a {@link MetricFailure}. */
export async function proposalOf(autoscaler: HorizontalPodAutoscaler, spec: MetricSpec, world: MetricWorld): Promise<MetricProposal> {
  const { resource, containerResource } = spec
  if (spec.type === 'Resource' && resource !== undefined) {
    return failingAs('FailedGetResourceMetric', `failed to get ${resource.name} resource metric value`, async () => {
      const { proposal, value } = await measured(autoscaler, resource.name, undefined, resource.target, world)
      const isShare = value.averageUtilization !== undefined
      const name = isShare ? `${resource.name} resource utilization (percentage of request)` : `${resource.name} resource`
      return { replicas: proposal.replicas, name, status: { type: 'Resource', resource: { name: resource.name, current: value } } }
    })
  }
  if (spec.type === 'ContainerResource' && containerResource !== undefined) {
    const { name: of, container, target } = containerResource
    return failingAs('FailedGetContainerResourceMetric', `failed to get ${container} container metric value`, async () => {
      const { proposal, value } = await measured(autoscaler, of, container, target, world)
      const isShare = value.averageUtilization !== undefined
      const name = isShare ? `${of} container resource utilization (percentage of request)` : `${of} resource`
      const status = { type: 'ContainerResource', containerResource: { name: of, container, current: value } }
      return { replicas: proposal.replicas, name, status }
    })
  }
  return failingAs(...unavailable(autoscaler, spec))
}

async function failingAs(reason: string, message: string, read: () => Promise<MetricProposal>): Promise<MetricProposal> {
  try {
    return await read()
  } catch (error) {
    throw new MetricFailure(reason, message, errorOf(error))
  }
}

async function measured(
  autoscaler: HorizontalPodAutoscaler,
  resource: string,
  container: string | undefined,
  wanted: MetricTarget,
  world: MetricWorld
): Promise<{ readonly proposal: Proposal; readonly value: MetricValueStatus }> {
  const what = wanted.averageValue === undefined ? 'utilization' : 'usage'
  const failed = (why: string) => new Error(`failed to get ${resource} ${what}: ${why}`)
  if (wanted.averageValue === undefined && wanted.averageUtilization === undefined)
    throw new Error('invalid resource metric source: neither an average utilization target nor an average value (usage) target was set')
  const usage = await world.usage().catch((error: Error) => {
    throw failed(`unable to get metrics for resource ${resource}: ${error.message}`)
  })
  if (usage.length === 0) throw failed(`unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`)
  if (world.pods.length === 0) throw failed('no pods returned by selector while calculating replica count')
  const measures = measuresOf(usage, resource, container)
  const groups = groupPods(world.pods, measures, resource, world.now)
  try {
    const counted = new Set([...groups.ignored, ...groups.unready])
    if ([...measures.keys()].every((name) => counted.has(name)))
      throw new Error('did not receive metrics for targeted pods (pods might be unready)')
    const target: Target =
      wanted.averageValue === undefined
        ? { kind: 'utilization', percent: wanted.averageUtilization ?? 0, requests: requestsOf(world.pods, resource, container) }
        : { kind: 'value', milli: milliOf(wanted.averageValue) }
    const proposal = propose(world.current, measures, groups, target, tolerancesOf(autoscaler))
    return { proposal, value: valueOf(resource, proposal) }
  } catch (error) {
    throw failed(errorText(error))
  }
}

function valueOf(resource: string, { averageMilli, utilization }: Proposal): MetricValueStatus {
  const averageValue = resource === 'memory' ? bytesText(averageMilli) : canonicalQuantity(`${averageMilli}m`)
  return { ...(utilization === undefined ? {} : { averageUtilization: utilization }), averageValue }
}

function bytesText(milli: number): string {
  const bytes = Math.ceil(milli / 1000)
  return bytes % 1024 === 0 ? canonicalQuantity(`${bytes / 1024}Ki`) : `${bytes}`
}

function tolerancesOf({ spec }: HorizontalPodAutoscaler) {
  const of = (text: string | undefined): number => (text === undefined ? defaultTolerance : milliOf(text) / 1000)
  return { up: of(spec?.behavior?.scaleUp?.tolerance), down: of(spec?.behavior?.scaleDown?.tolerance) }
}

/** Metrics of other APIs than metrics.k8s.io: nobody serves them here, as in a cluster without an adapter. */
function unavailable({ metadata }: HorizontalPodAutoscaler, spec: MetricSpec): [string, string, () => Promise<never>] {
  const custom = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'
  const fail = (text: string) => () => Promise.reject(new Error(text))
  if (spec.type === 'Pods')
    return ['FailedGetPodsMetric', 'failed to get pods metric value', fail(`unable to get metric ${spec.pods?.metric.name}: ${custom}`)]
  if (spec.type === 'Object') {
    const { describedObject, metric } = spec.object ?? {}
    // The reference's own order of words.
    const text = `unable to get metric ${metric?.name}: ${describedObject?.kind} on ${metadata.namespace} ${describedObject?.name}/${custom}`
    return ['FailedGetObjectMetric', 'failed to get object metric value', fail(text)]
  }
  if (spec.type === 'External') {
    const name = spec.external?.metric.name
    const missing = `unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`
    const text = `unable to get external metric ${metadata.namespace}/${name}/${selectorText(spec.external?.metric.selector ?? {}) || 'nil'}: ${missing}`
    return ['FailedGetExternalMetric', `failed to get ${name} external metric value`, fail(text)]
  }
  return ['InvalidMetricSourceType', 'invalid metric', fail(`unknown metric source type "${spec.type}"`)]
}
