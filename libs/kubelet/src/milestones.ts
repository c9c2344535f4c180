import { channel } from 'node:diagnostics_channel'
import type { PodName } from './network/network.ts'

/** The points of a pod's start, for benchmarks that split a cold start. */
export type Milestone = 'scheduled' | 'sandbox' | 'spawned' | 'ready'

/** Published on `knative.kubelet.pod`. `timeMs` is milliseconds since the epoch, with fractions. */
export interface PodMilestone extends PodName {
  readonly milestone: Milestone
  readonly timeMs: number
}

const pods = channel('knative.kubelet.pod')

/** Publishes a milestone; costs nothing when nobody listens. */
export function reached(milestone: Milestone, { namespace, name, uid }: PodName): void {
  if (!pods.hasSubscribers) return
  pods.publish({ namespace, name, uid, milestone, timeMs: performance.timeOrigin + performance.now() } satisfies PodMilestone)
}
