/** Status and request path of a PodAutoscaler once it is known how many pods it wants. Source: reference 2.7. */
import {
  conditionOf,
  isFalse,
  isReady,
  isTrue,
  isUnknown,
  podAutoscalerConditions,
  type PodAutoscaler,
  type ServerlessService
} from '@knative-ts/api'
import { Marks } from '@knative-ts/kube'
import { activatorCount, type Bounds, type ScalingSpec } from '@knative-ts/scaling'
import type { RequestPath } from './serverless-service-of.ts'

const queued = 'Requests to the target are being buffered as resources are provisioned.'

/** Through the activator, unless there is capacity to spare. */
export function requestPathOf(want: number, excessBurstCapacity: number, spec: ScalingSpec, ready: number, inactive: boolean): RequestPath {
  const serve = want !== 0 && excessBurstCapacity >= 0 && !(want < 0 && inactive)
  return { mode: serve ? 'Serve' : 'Proxy', numActivators: activatorCount(ready, spec.scaling, spec.activatorCapacity) }
}

/** Fewest ready pods with which the revision counts as active. */
function activeFrom(initialized: boolean, bounds: Bounds, initialScale: number): number {
  return Math.max(bounds.min, initialized ? 1 : initialScale)
}

/** Writes conditions and counts into the status. `want` -1 means that nothing is decided yet. */
export function markStatus(
  pa: PodAutoscaler & { status: NonNullable<PodAutoscaler['status']> },
  facts: { readonly want: number; readonly ready: number; readonly bounds: Bounds; readonly initialScale: number }
): void {
  const { want, ready } = facts
  const { status } = pa
  const marks = new Marks(status, podAutoscalerConditions)
  const minReady = activeFrom(isTrue(status.conditions, 'ScaleTargetInitialized'), facts.bounds, facts.initialScale)
  if (ready >= minReady && status.serviceName !== '') marks.true('ScaleTargetInitialized')
  const wasActivating = isUnknown(status.conditions, 'Active')
  const wasInactive = isFalse(status.conditions, 'Active')
  if (want === 0 || minReady === 0) {
    if (wasActivating && minReady > 0) marks.false('Active', 'TimedOut', 'The target could not be activated.')
    else if (!(wasInactive && conditionOf(status.conditions, 'Active')?.reason === 'TimedOut')) {
      marks.false('Active', 'NoTraffic', 'The target is not receiving traffic.')
    }
  } else if (ready < minReady) {
    if (want > 0 || !wasInactive) marks.unknown('Active', 'Queued', queued)
    else marks.false('Active', 'NoTraffic', 'The target is not receiving traffic.')
  } else if (want > 0 || !wasInactive) {
    marks.true('Active')
  }
  status.actualScale = ready
  if (want >= 0 || (status.desiredScale ?? -1) < 0) status.desiredScale = want
}

/** The part of the status that the ServerlessService decides. */
export function markServices(
  pa: PodAutoscaler & { status: NonNullable<PodAutoscaler['status']> },
  sks: ServerlessService | undefined
): void {
  const marks = new Marks(pa.status, podAutoscalerConditions)
  pa.status.serviceName = sks?.status?.serviceName ?? ''
  pa.status.metricsServiceName = sks?.status?.privateServiceName ?? ''
  if (sks !== undefined && isReady(sks)) {
    marks.true('SKSReady')
    return
  }
  const noService = (sks?.status?.privateServiceName ?? '') === ''
  const { reason, message = '' } = conditionOf(sks?.status?.conditions, 'Ready') ?? {}
  if (reason === 'NotOwned') marks.false('SKSReady', reason, message)
  else marks.unknown('SKSReady', 'NotReady', noService ? 'No Private Service Name' : message)
}
