import { channel } from 'node:diagnostics_channel'

/** The times of one request, in milliseconds since the epoch (with fractions); 0 for what did not happen. */
export interface RequestTimes {
  /** `namespace/name` */
  readonly revision: string
  /** The head of the request had arrived. */
  readonly arrivedMs: number
  /** It began to wait for a place at a pod; 0 when there was one at once. */
  readonly heldFromMs: number
  readonly heldToMs: number
  /** `ip:port` of the pod that it was sent to last. */
  readonly pod: string
  /** The pod's address became known, its port opened, and its queue-proxy said that it is ready. */
  readonly podSeenMs: number
  readonly podOpenMs: number
  readonly podReadyMs: number
  /** Sent to the pod. */
  readonly forwardedMs: number
  /** The head of the response had arrived. */
  readonly respondedMs: number
  readonly endedMs: number
  /** How often it was sent. */
  readonly attempts: number
  readonly status: number
}

/** Publishes {@link RequestTimes} at the end of each request, while somebody listens. */
export const requestTimes = channel('knative.activator.request')

/** Milliseconds since the epoch of a performance.now; 0 stays 0. */
export function epochMs(at: number): number {
  return at === 0 ? 0 : Math.round((performance.timeOrigin + at) * 1000) / 1000
}
