/** Counts a probe's results against its thresholds. Pure: the prober owns the clock and the sockets. */
import type * as k8s from '@knative-ts/api/kubernetes'

/** A probe with Kubernetes' defaults filled in; times in ms. */
export interface ProbeRule {
  readonly initialDelayMs: number
  readonly periodMs: number
  readonly timeoutMs: number
  readonly successThreshold: number
  readonly failureThreshold: number
}

/** Fills in Kubernetes' defaults (period 10 s, timeout 1 s, success 1, failure 3); zero counts as unset. */
export function probeRule(probe: k8s.Probe): ProbeRule {
  return {
    initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1_000,
    periodMs: (probe.periodSeconds || 10) * 1_000,
    timeoutMs: (probe.timeoutSeconds || 1) * 1_000,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3
  }
}

/** `verdict` is undefined until a threshold was reached once. */
export interface ProbeState {
  readonly verdict: 'success' | 'failure' | undefined
  readonly run: number
  readonly last: 'success' | 'failure' | undefined
}

export const unprobed: ProbeState = { verdict: undefined, run: 0, last: undefined }

/** The state after one more result that counts. */
export function advance(rule: ProbeRule, state: ProbeState, result: 'success' | 'failure'): ProbeState {
  const run = state.last === result ? state.run + 1 : 1
  const threshold = result === 'success' ? rule.successThreshold : rule.failureThreshold
  return { verdict: run >= threshold ? result : state.verdict, run, last: result }
}
