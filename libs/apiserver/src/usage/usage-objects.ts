/** Usage as objects of metrics.k8s.io/v1beta1, in metrics-server's spelling. */
import type { KubeObject } from '@knative-ts/api'
import { canonicalQuantity } from '../builtin/quantity.ts'
import { type NodeUsage, type PodUsage, secondTime } from '@knative-ts/kube'

type Labels = Readonly<Record<string, string>> | undefined

/** `cpu` in the coarsest unit that loses nothing, from billionths of a core up; `memory` in the largest binary unit that is whole. */
export interface UsageList {
  readonly cpu: string
  readonly memory: string
}

export interface PodMetrics extends KubeObject {
  readonly timestamp: string
  readonly window: string
  readonly containers: readonly { readonly name: string; readonly usage: UsageList }[]
}

export interface NodeMetrics extends KubeObject {
  readonly timestamp: string
  readonly window: string
  readonly usage: UsageList
}

export function podMetricsOf({ namespace, name, timestamp, windowMs, containers }: PodUsage, labels: Labels, now: number): PodMetrics {
  return {
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name, namespace, creationTimestamp: secondTime(now), ...(labels === undefined ? {} : { labels: { ...labels } }) },
    timestamp: secondTime(timestamp.getTime()),
    window: durationText(windowMs),
    containers: containers.map((one) => ({ name: one.name, usage: usageOf(one.cpuNanoCores, one.memoryBytes) }))
  }
}

export function nodeMetricsOf(usage: NodeUsage, labels: Labels, now: number): NodeMetrics {
  return {
    kind: 'NodeMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name: usage.name, creationTimestamp: secondTime(now), ...(labels === undefined ? {} : { labels: { ...labels } }) },
    timestamp: secondTime(usage.timestamp.getTime()),
    window: durationText(usage.windowMs),
    usage: usageOf(usage.cpuNanoCores, usage.memoryBytes)
  }
}

export function usageOf(cpuNanoCores: number, memoryBytes: number): UsageList {
  return { cpu: nanoText(Math.round(cpuNanoCores)), memory: bytesText(Math.round(memoryBytes)) }
}

/** Resource lists of pods know nothing finer than thousandths; usage does. */
function nanoText(nano: number): string {
  if (nano === 0 || nano % 1e6 === 0) return canonicalQuantity(`${nano / 1e6}m`)
  return nano % 1000 === 0 ? `${nano / 1000}u` : `${nano}n`
}

const bytesText = (bytes: number): string => (bytes % 1024 === 0 ? canonicalQuantity(`${bytes / 1024}Ki`) : `${bytes}`)

/** As Go writes a time.Duration: `1m30s`, `15.093s`, `0s`. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 1000) return `${ms}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor((ms % 3_600_000) / 60_000)
  const seconds = `${(ms % 60_000) / 1000}s`
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds
}
