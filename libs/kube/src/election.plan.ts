/** The decision of one attempt on the lease: pure, `now` is an argument. Rules of client-go's `leaderelection`. */
import { microTime } from './micro-time.ts'
import type { Lease } from './lease.ts'

/** The lease as this candidate last saw it change. Its own clock counts: the times in the lease are other machines'. */
export interface Observation {
  readonly lease: Lease | undefined
  readonly changedAt: number
  /** Its holder is known to have ended without letting go. */
  readonly abandoned: boolean
}

export interface Candidate {
  readonly namespace: string
  readonly name: string
  readonly identity: string
  readonly leaseDurationMs: number
}

/** `create` and `update` carry what to write; `wait` until the lease changes or `ms` have passed, whichever is first. */
export type Attempt =
  | { readonly kind: 'create'; readonly lease: Lease }
  | { readonly kind: 'update'; readonly lease: Lease }
  | { readonly kind: 'wait'; readonly ms: number }

export function attempt(candidate: Candidate, seen: Observation, now: number): Attempt {
  const { namespace, name, identity, leaseDurationMs } = candidate
  const held = seen.lease?.spec ?? {}
  const holder = held.holderIdentity ?? ''
  if (seen.lease !== undefined && holder !== '' && holder !== identity) {
    // What the holder promised counts, not what this candidate would promise.
    const expiresAt = seen.changedAt + (held.leaseDurationSeconds ?? leaseDurationMs / 1000) * 1000
    if (!seen.abandoned && now < expiresAt) return { kind: 'wait', ms: expiresAt - now }
  }
  const renewing = holder === identity
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
    acquireTime: renewing && held.acquireTime !== undefined ? held.acquireTime : microTime(now),
    renewTime: microTime(now),
    leaseTransitions: renewing || seen.lease === undefined ? (held.leaseTransitions ?? 0) : (held.leaseTransitions ?? 0) + 1
  }
  if (seen.lease !== undefined) return { kind: 'update', lease: { ...seen.lease, spec } }
  return { kind: 'create', lease: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec } }
}

/** What to write to let go: the next candidate need not wait for the end of the lease. client-go writes the same. */
export function released(lease: Lease, now: number): Lease {
  const time = microTime(now)
  return {
    ...lease,
    spec: {
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: time,
      renewTime: time,
      leaseTransitions: lease.spec?.leaseTransitions ?? 0
    }
  }
}
