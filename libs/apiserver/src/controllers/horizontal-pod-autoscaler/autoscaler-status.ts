/** The status of a HorizontalPodAutoscaler: pure. */
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
  MetricStatus
} from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import type { Told } from './scaling-limits.ts'

export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited'

/** Conditions as one pass leaves them. Their time moves with the status alone. */
export class AutoscalerConditions {
  readonly #now: number
  #conditions: readonly HorizontalPodAutoscalerCondition[]

  constructor(before: readonly HorizontalPodAutoscalerCondition[], now: number) {
    this.#now = now
    this.#conditions = before
  }

  set(type: ConditionType, isTrue: boolean, { reason, message }: Told): void {
    const before = this.#conditions.find((condition) => condition.type === type)
    const status = isTrue ? 'True' : 'False'
    const kept = before?.status === status ? before.lastTransitionTime : undefined
    const next = { type, status, lastTransitionTime: kept ?? secondTime(this.#now), reason, message }
    this.#conditions =
      before === undefined ? [...this.#conditions, next] : this.#conditions.map((condition) => (condition === before ? next : condition))
  }

  get all(): HorizontalPodAutoscalerCondition[] {
    return [...this.#conditions]
  }
}

export interface Counted {
  readonly current: number
  readonly desired: number
  /** Undefined when no metric was looked at. */
  readonly metrics: readonly MetricStatus[] | undefined
  readonly rescaledAt?: number
}

export function autoscalerStatusOf(
  { status }: HorizontalPodAutoscaler,
  conditions: AutoscalerConditions,
  { current, desired, metrics, rescaledAt }: Counted
): HorizontalPodAutoscalerStatus {
  const lastScaleTime = rescaledAt === undefined ? status?.lastScaleTime : secondTime(rescaledAt)
  return {
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    ...(current === 0 ? {} : { currentReplicas: current }),
    desiredReplicas: desired,
    // Written where there is none: as null, as the reference has it on the wire.
    currentMetrics: (metrics === undefined ? null : [...metrics]) as MetricStatus[],
    conditions: conditions.all
  }
}
