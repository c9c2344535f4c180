/** The last step down: from one pod to none, without losing a request. Source: reference 3.6, step 5. */

/** How the revision's `Active` condition stands, and since when (ms since the epoch). */
export type Activity = { readonly kind: 'activating' | 'active' | 'inactive'; readonly since: number }

/** When the last pod may go. Milliseconds. */
export interface ZeroRules {
  readonly enabled: boolean
  readonly stableWindowMs: number
  readonly progressDeadlineMs: number
  /** Grace period between routing through the activator and the last pod's end. */
  readonly gracePeriodMs: number
  /** How long the last pod is kept after traffic ended, at least. */
  readonly retentionMs: number
  readonly reachable: boolean
  /** The activator is in the path already and for ever (target burst capacity -1). */
  readonly alwaysProxied: boolean
}

/**
 * What to do instead of, or about, zero pods. `apply`: set this count (`timedOut`: say so in the condition). `keep`: change nothing,
 * report `desired`, look again after `afterMs` (absent: when something changes). `probe`: ask the activator whether it is in the path.
 */
export type ZeroStep =
  | { readonly kind: 'apply'; readonly desired: number; readonly afterMs?: number }
  | { readonly kind: 'keep'; readonly desired: number; readonly afterMs?: number }
  | { readonly kind: 'probe' }

/** Milliseconds that a revision may take beyond its progress deadline before it counts as timed out. */
const activationTimeoutBufferMs = 30_000
/** Milliseconds after which a revision whose traffic already goes through the activator is looked at again. */
const proxiedAgainMs = 3_000

/**
 * One step on the way to zero. `probed` is what the activator answered when it was asked ('unknown' before); `proxiedForMs` how long the
 * ServerlessService has led to the activator (0: it does not).
 */
export function stepToZero(
  activity: Activity,
  rules: ZeroRules,
  path: { readonly probed: 'unknown' | 'yes' | 'no'; readonly proxiedForMs: number },
  now: number
): ZeroStep {
  if (!rules.enabled) return { kind: 'apply', desired: 1 }
  const elapsed = now - activity.since
  if (activity.kind === 'activating') {
    const timeout = rules.progressDeadlineMs + activationTimeoutBufferMs
    return elapsed > timeout ? { kind: 'apply', desired: 0 } : { kind: 'keep', desired: -1, afterMs: timeout - elapsed }
  }
  if (activity.kind === 'active') {
    return elapsed >= rules.stableWindowMs
      ? { kind: 'keep', desired: 0, ...(path.proxiedForMs > 0 ? { afterMs: proxiedAgainMs } : {}) }
      : { kind: 'apply', desired: 1, afterMs: rules.stableWindowMs - elapsed }
  }
  if (!rules.alwaysProxied && path.probed === 'unknown') return { kind: 'probe' }
  if (!rules.alwaysProxied && path.probed === 'no') return { kind: 'keep', desired: 0 }
  return lastPod(elapsed, rules, path.proxiedForMs)
}

function lastPod(inactiveForMs: number, rules: ZeroRules, proxiedForMs: number): ZeroStep {
  const retention = rules.reachable ? rules.retentionMs : 0
  if (inactiveForMs >= Math.max(rules.gracePeriodMs, retention)) return { kind: 'apply', desired: 0 }
  if (retention > 0 && inactiveForMs < retention) return { kind: 'keep', desired: 0, afterMs: retention - inactiveForMs }
  const remaining = rules.gracePeriodMs - proxiedForMs
  return remaining <= 0 ? { kind: 'apply', desired: 0 } : { kind: 'keep', desired: 0, afterMs: remaining }
}
