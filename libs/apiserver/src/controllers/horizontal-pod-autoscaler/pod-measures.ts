/** Which pods of a target count with what they use: pure. Rules: `k8s.io/kubernetes/pkg/controller/podautoscaler/replica_calculator.go` of 1.34. */
import type { Pod } from '@knative-ts/api/kubernetes'
import { quantityValue } from '../../builtin/quantity.ts'
import type { PodMetrics } from '../../usage/usage-objects.ts'

/** A pod younger than this, and not ready, tells nothing by its processor time: ms. */
const cpuInitialisationMs = 300_000
/** A pod that became unready within this time of its start has never been ready: ms. */
const initialReadinessMs = 30_000

/** What one pod uses of the resource, in thousandths of its unit. */
export interface Measure {
  readonly milli: number
  readonly at: number
  readonly windowMs: number
}

export interface PodGroups {
  readonly ready: number
  readonly unready: readonly string[]
  readonly missing: readonly string[]
  readonly ignored: readonly string[]
}

/** Per pod name; `container`: that one alone. A pod of which something is not measured is left out. */
export function measuresOf(metrics: readonly PodMetrics[], resource: string, container: string | undefined): Map<string, Measure> {
  const found = new Map<string, Measure>()
  for (const { metadata, containers, timestamp, window } of metrics) {
    const counted = container === undefined ? containers : containers.filter(({ name }) => name === container)
    const usages = counted.map(({ usage }) => (usage as unknown as Readonly<Record<string, string>>)[resource])
    if (usages.length === 0 || usages.includes(undefined)) continue
    const milli = usages.reduce((sum, text) => sum + milliOf(text), 0)
    found.set(metadata.name ?? '', { milli, at: Date.parse(timestamp), windowMs: millisecondsOf(window) })
  }
  return found
}

export function groupPods(pods: readonly Pod[], measures: ReadonlyMap<string, Measure>, resource: string, now: number): PodGroups {
  const [unready, missing, ignored]: string[][] = [[], [], []]
  let ready = 0
  for (const pod of pods) {
    const name = pod.metadata.name ?? ''
    const measure = measures.get(name)
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase === 'Failed') ignored?.push(name)
    else if ((pod.status?.phase ?? 'Pending') === 'Pending') unready?.push(name)
    else if (measure === undefined) missing?.push(name)
    else if (resource === 'cpu' && isWarmingUp(pod, measure, now)) unready?.push(name)
    else ready++
  }
  return { ready, unready: unready ?? [], missing: missing ?? [], ignored: ignored ?? [] }
}

/** Whether the processor time of a pod says nothing yet of its load. */
function isWarmingUp({ status }: Pod, measure: Measure, now: number): boolean {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready')
  if (condition === undefined || status?.startTime === undefined) return true
  const started = Date.parse(status.startTime)
  const changed = Date.parse(condition.lastTransitionTime ?? '') || 0
  if (started + cpuInitialisationMs > now) return condition.status === 'False' || measure.at < changed + measure.windowMs
  return condition.status === 'False' && started + initialReadinessMs > changed
}

/** Requests per pod name, in thousandths. Throws when a container of a pod asks for nothing: a percentage of it means nothing. */
export function requestsOf(pods: readonly Pod[], resource: string, container: string | undefined): Map<string, number> {
  return new Map(pods.map((pod) => [pod.metadata.name ?? '', requestOf(pod, resource, container)]))
}

function requestOf({ metadata, spec }: Pod, resource: string, container: string | undefined): number {
  const whole = spec?.resources?.requests?.[resource]
  if (container === undefined && spec?.resources?.requests !== undefined) {
    if (whole === undefined) throw new Error(`missing pod-level request for ${resource} in Pod ${metadata.name}`)
    return milliOf(whole)
  }
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  const counted = [...(spec?.containers ?? []), ...sidecars].filter(({ name }) => container === undefined || name === container)
  return counted.reduce((sum, { name, resources }) => {
    const request = resources?.requests?.[resource]
    if (request === undefined) throw new Error(`missing request for ${resource} in container ${name} of Pod ${metadata.name}`)
    return sum + milliOf(request)
  }, 0)
}

/** A quantity in thousandths, rounded up. */
export const milliOf = (quantity: unknown): number => Math.ceil(Number((quantityValue(quantity) * 1000).toPrecision(15)))

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

/** Of a Go duration such as `1m30.5s`. */
function millisecondsOf(duration: string): number {
  return [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce((sum, [, n, unit = 's']) => sum + Number(n) * (units[unit] ?? 0), 0)
}
