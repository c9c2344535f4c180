/** From what metrics ask for to what is done: windows, policies, bounds. Rules: `normalizeDesiredReplicas*` of 1.34. */
import type { HPAScalingRules, HorizontalPodAutoscaler } from '@knative-ts/api/kubernetes'
import type { ScalingHistory } from './scaling-history.ts'

/** kube-controller-manager's --horizontal-pod-autoscaler-downscale-stabilization. */
const downWindowMs = 300_000

export interface Told {
  readonly reason: string
  readonly message: string
}

export interface Limited {
  readonly replicas: number
  readonly able: Told
  readonly limited: Told & { readonly isLimited: boolean }
}

interface Bounds {
  readonly current: number
  readonly min: number
  readonly max: number
}

const within: Told = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' }
const tooFew: Told = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' }
const tooMany: Told = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' }
const upRate: Told = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' }
const downRate: Told = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' }
const ready: Told = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' }
const steadyUp: Told = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation'
}
const steadyDown: Told = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation'
}

/** Also notes the recommendation in the history. */
export function limit(autoscaler: HorizontalPodAutoscaler, desired: number, bounds: Bounds, history: ScalingHistory, now: number): Limited {
  const behavior = autoscaler.spec?.behavior
  if (behavior === undefined) return limitPlainly(desired, bounds, history, now)
  const { scaleUp = {}, scaleDown = {} } = behavior
  const upMs = (scaleUp.stabilizationWindowSeconds ?? 0) * 1000
  const downMs = scaleDown.stabilizationWindowSeconds === undefined ? downWindowMs : scaleDown.stabilizationWindowSeconds * 1000
  const { lowest, highest } = history.extremes(desired, upMs, downMs, now)
  history.recommended(desired, Math.max(upMs, downMs), now)
  const steady = Math.min(Math.max(bounds.current, lowest), highest)
  const able = steady === desired ? ready : desired >= bounds.current ? steadyUp : steadyDown
  return told(steady, able, byPolicies(steady, bounds, scaleUp, scaleDown, history, now))
}

function limitPlainly(desired: number, { current, min, max }: Bounds, history: ScalingHistory, now: number): Limited {
  const { highest } = history.extremes(desired, 0, downWindowMs, now)
  history.recommended(desired, downWindowMs, now)
  const able = highest === desired ? ready : steadyDown
  // Never more than double at once, or to four: a wrong measurement must not start everything.
  const rate = Math.max(2 * current, 4)
  if (highest < min) return told(highest, able, [min, tooFew])
  if (highest > Math.min(rate, max)) return told(highest, able, [Math.min(rate, max), max > rate ? upRate : tooMany])
  return told(highest, able, [highest, within])
}

function told(steady: number, able: Told, [replicas, why]: readonly [number, Told]): Limited {
  return { replicas, able, limited: { ...why, isLimited: replicas !== steady } }
}

function byPolicies(
  steady: number,
  { current, min, max }: Bounds,
  up: HPAScalingRules,
  down: HPAScalingRules,
  history: ScalingHistory,
  now: number
): readonly [number, Told] {
  if (steady > current) {
    const rate = Math.max(rateLimit(current, up, history, now, 1), current)
    const [most, why] = max > rate ? [rate, upRate] : [max, tooMany]
    if (steady > most) return [most, why]
  } else if (steady < current) {
    const rate = Math.min(rateLimit(current, down, history, now, -1), current)
    const [least, why] = min < rate ? [rate, downRate] : [min, tooFew]
    if (steady < least) return [least, why]
  }
  return [steady, within]
}

/** How far the policies let the count go; `direction` 1: up, -1: down. */
function rateLimit(current: number, rules: HPAScalingRules, history: ScalingHistory, now: number, direction: 1 | -1): number {
  const { policies = [], selectPolicy = 'Max' } = rules
  if (selectPolicy === 'Disabled') return current
  const proposals = policies.map(({ type, value, periodSeconds }) => {
    const start = history.atStartOf(periodSeconds * 1000, current, now)
    if (type === 'Pods') return start + direction * value
    const share = start * (1 + (direction * value) / 100)
    // Up is rounded up: else a small percentage of few pods would never let anything grow.
    return direction === 1 ? Math.ceil(share) : Math.trunc(share)
  })
  if (proposals.length === 0) return direction === 1 ? Infinity : 0
  const widest = (selectPolicy === 'Max') === (direction === 1)
  return widest ? Math.max(...proposals) : Math.min(...proposals)
}

/** How long changes in the direction of the last one are looked back on, ms. */
export function longestPeriodMs(autoscaler: HorizontalPodAutoscaler, isUp: boolean): number {
  const { scaleUp, scaleDown } = autoscaler.spec?.behavior ?? {}
  const policies = (isUp ? scaleUp : scaleDown)?.policies ?? []
  return Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds * 1000))
}
