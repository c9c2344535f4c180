/** From what the decider wants to what the Deployment gets: bounds, and the careful way to zero. Source: reference 3.6. */
import { conditionOf, isFalse, isTrue, isUnknown, type AutoscalerConfig, type PodAutoscaler, type ServerlessService } from '@knative-ts/api'
import { bounded, boundsOf, stepToZero, type Activity, type ScalingSpec } from '@knative-ts/scaling'

export interface ScaleWorld {
  readonly pa: PodAutoscaler
  readonly sks: ServerlessService | undefined
  readonly spec: ScalingSpec
  /** What the decider wants; -1: it does not know yet. */
  readonly desired: number
  readonly config: AutoscalerConfig
  readonly retentionMs: number
  readonly progressDeadlineMs: number
  readonly probed: 'unknown' | 'yes' | 'no'
  readonly now: number
}

/** `want` is what the status says; `apply` what the Deployment is set to, when anything; `probe`: ask the activator, then plan again. */
export interface ScalePlan {
  readonly want: number
  readonly apply?: number
  readonly afterMs?: number
  readonly probe?: true
}

export function planScale(world: ScaleWorld): ScalePlan {
  const { pa, spec, config, desired } = world
  const conditions = pa.status?.conditions
  const activating = isUnknown(conditions, 'Active')
  if (desired < 0 && !activating) return { want: desired }
  const { reachable } = spec.scaling
  const reached = isTrue(conditions, 'ScaleTargetInitialized')
  const bounds = boundsOf(pa.metadata.annotations ?? {}, config, reachable)
  const want = bounded(desired, bounds, { scale: spec.initialScale, reached, reachable })
  if (want > 0) return { want, apply: want }
  return towardsZero(world)
}

function towardsZero(world: ScaleWorld): ScalePlan {
  const { config, spec } = world
  const step = stepToZero(
    activityOf(world.pa),
    {
      enabled: config.enableScaleToZero,
      stableWindowMs: spec.scaling.stableWindowMs,
      progressDeadlineMs: world.progressDeadlineMs,
      gracePeriodMs: config.scaleToZeroGracePeriodMs,
      retentionMs: world.retentionMs,
      reachable: spec.scaling.reachable,
      alwaysProxied: spec.scaling.targetBurstCapacity === -1
    },
    { probed: world.probed, proxiedForMs: proxiedForMs(world.sks, world.now) },
    world.now
  )
  if (step.kind === 'probe') return { want: 0, probe: true }
  return {
    want: step.desired,
    ...(step.kind === 'apply' ? { apply: step.desired } : {}),
    ...(step.afterMs === undefined ? {} : { afterMs: step.afterMs })
  }
}

/** How the Active condition stands, and since when. A missing one counts as activating from the object's creation. */
export function activityOf(pa: PodAutoscaler): Activity {
  const conditions = pa.status?.conditions
  const since = Date.parse(conditionOf(conditions, 'Active')?.lastTransitionTime ?? pa.metadata.creationTimestamp ?? '')
  if (isTrue(conditions, 'Active')) return { kind: 'active', since }
  if (isFalse(conditions, 'Active')) return { kind: 'inactive', since }
  return { kind: 'activating', since }
}

/** How long requests have gone through the activator; 0 when they do not. */
export function proxiedForMs(sks: ServerlessService | undefined, now: number): number {
  const condition = conditionOf(sks?.status?.conditions, 'ActivatorEndpointsPopulated')
  return condition?.status === 'True' ? Math.max(0, now - Date.parse(condition.lastTransitionTime ?? '')) : 0
}
