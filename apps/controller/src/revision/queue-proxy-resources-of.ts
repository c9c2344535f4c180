import { queueSidecarPercentageAnnotations, queueSidecarResourceAnnotation, firstOf, type Revision } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { QueueProxySettings } from './revision-settings.ts'
import { scaledQuantity } from './scaled-quantity.ts'
import { servingContainerOf } from './serving-port.ts'

type Quantities = Record<string, string>

const resources = ['cpu', 'memory', 'ephemeral-storage'] as const

/** Bounds of what a percentage of the user's container makes (Knative Serving): cpu in cores, memory in bytes. */
const bounds = {
  requests: { cpu: ['25m', '100m'], memory: ['50Mi', '200Mi'] },
  limits: { cpu: ['40m', '500m'], memory: ['200Mi', '500Mi'] }
} as const

/** What a queue-proxy asks for: the ConfigMap's, then a percentage of the user's container, then what annotations say outright. */
export function queueProxyResourcesOf(revision: Revision, settings: QueueProxySettings): k8s.ResourceRequirements {
  const requests: Quantities = { ...settings.requests }
  const limits: Quantities = { ...settings.limits }
  const { annotations } = revision.metadata
  const percentage = Number(firstOf(annotations, queueSidecarPercentageAnnotations) ?? Number.NaN)
  if (!Number.isNaN(percentage)) {
    const user = servingContainerOf(revision.spec).resources
    scale(requests, user?.requests, bounds.requests, percentage)
    scale(limits, user?.limits, bounds.limits, percentage)
  }
  for (const resource of resources) {
    const request = annotations?.[queueSidecarResourceAnnotation(resource, 'request')]
    const limit = annotations?.[queueSidecarResourceAnnotation(resource, 'limit')]
    if (request !== undefined) requests[resource] = request
    if (limit !== undefined) limits[resource] = limit
  }
  return {
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
    ...(Object.keys(limits).length === 0 ? {} : { limits })
  }
}

function scale(
  into: Quantities,
  user: Readonly<Record<string, string | number>> | undefined,
  limits: Readonly<Record<'cpu' | 'memory', readonly [string, string]>>,
  percentage: number
): void {
  for (const resource of ['cpu', 'memory'] as const) {
    const given = user?.[resource]
    if (given !== undefined) into[resource] = scaledQuantity(String(given), percentage, ...limits[resource])
  }
}
