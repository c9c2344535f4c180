/** How far a rollout may go over and under the wanted pods. Rules: `k8s.io/kubernetes/pkg/controller/deployment/util`. */
import type { Deployment } from '@knative-ts/api/kubernetes'

export interface RolloutBounds {
  readonly maxSurge: number
  readonly maxUnavailable: number
}

/** Pods that the Deployment wants; 1 when it does not say. */
export function wantedReplicas(deployment: Deployment): number {
  return deployment.spec?.replicas ?? 1
}

export function isRolling(deployment: Deployment): boolean {
  return (deployment.spec?.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate'
}

/** Percentages of the wanted pods: surge is rounded up, unavailability down; when both come out as 0, one may be unavailable. */
export function boundsOf(deployment: Deployment): RolloutBounds {
  const wanted = wantedReplicas(deployment)
  if (!isRolling(deployment) || wanted === 0)
    return { maxSurge: isRolling(deployment) ? resolve(surgeOf(deployment), 0, Math.ceil) : 0, maxUnavailable: 0 }
  const maxSurge = resolve(surgeOf(deployment), wanted, Math.ceil)
  const unavailable = resolve(deployment.spec?.strategy?.rollingUpdate?.maxUnavailable ?? '25%', wanted, Math.floor)
  return { maxSurge, maxUnavailable: Math.min(maxSurge === 0 && unavailable === 0 ? 1 : unavailable, wanted) }
}

const surgeOf = (deployment: Deployment): number | string => deployment.spec?.strategy?.rollingUpdate?.maxSurge ?? '25%'

function resolve(value: number | string, of: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value
  return value.endsWith('%') ? round((Number.parseFloat(value) * of) / 100) : Number.parseInt(value, 10) || 0
}
