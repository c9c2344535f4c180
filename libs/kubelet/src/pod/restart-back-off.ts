/** How long a dead container waits: at once, then `initialMs` doubling up to `maxMs`; a run of twice `maxMs` counts as good and starts over. */
export interface BackOffPolicy {
  readonly initialMs: number
  readonly maxMs: number
}

/** Kubernetes' reduced decay (KEP-4603): first restart at once, then 1 s doubling up to 60 s. */
export const reducedBackOff: BackOffPolicy = { initialMs: 1_000, maxMs: 60_000 }

/** The kubelet's for images: 10 s doubling up to 5 min. */
export const imageBackOff: BackOffPolicy = { initialMs: 10_000, maxMs: 300_000 }

/** Failures in a row so far. */
export interface BackOff {
  readonly failures: number
}

/** The state after one more end of a container that ran for `ranMs`, and the delay in ms before it starts again. */
export function afterEnd(policy: BackOffPolicy, state: BackOff, ranMs: number): { readonly state: BackOff; readonly delayMs: number } {
  const failures = ranMs >= 2 * policy.maxMs ? 0 : state.failures
  const delayMs = failures === 0 ? 0 : Math.min(policy.initialMs * 2 ** (failures - 1), policy.maxMs)
  return { state: { failures: failures + 1 }, delayMs }
}

/** A delay as Go prints it in the kubelet's messages: `1s`, `20s`, `1m0s`, `500ms`. */
export function goDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`
  const seconds = Math.round(ms / 1_000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
