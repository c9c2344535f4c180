import {
  initialScaleAnnotations,
  isTrue,
  keyOf,
  podAutoscalerConditions,
  podAutoscalers,
  type AutoscalerConfig,
  type PodAutoscaler,
  type PodAutoscalerStatus,
  type ServerlessService
} from '@knative-ts/api'
import type { HorizontalPodAutoscaler } from '@knative-ts/api/kubernetes'
import { ensureOwned, isConflict, Marks, NotOwnedError, settled, type Kept, type Outcome } from '@knative-ts/kube'
import { boundsOf, firstAnnotation, initialScaleOf, intOf } from '@knative-ts/scaling'
import { ensureServerlessService } from '../pod-autoscaler/ensure-serverless-service.ts'
import { markNotOwned } from '../pod-autoscaler/mark-not-owned.ts'
import { markServices } from '../pod-autoscaler/pod-autoscaler.plan.ts'
import { horizontalPodAutoscalerOf, sameDemand } from './horizontal-pod-autoscaler-of.ts'

type Current = PodAutoscaler & { status: PodAutoscalerStatus }

export interface HpaWorld {
  readonly serverlessServices: Kept<ServerlessService>
  readonly horizontalPodAutoscalers: Kept<HorizontalPodAutoscaler>
  readonly config: () => AutoscalerConfig
}

/**
 * A PodAutoscaler of class HPA: Kubernetes' own autoscaler decides about its pods, requests go to them directly, and the status says what that
 * autoscaler does. Source: reference 2.8.
 */
export class HpaReconciler {
  readonly #world: HpaWorld

  constructor(world: HpaWorld) {
    this.#world = world
  }

  async reconcile(pa: Current): Promise<Outcome> {
    try {
      const autoscaler = await this.#autoscaler(pa)
      // 0 activators stand for all: requests that come before there is a pod are held by any.
      const sks = await ensureServerlessService(this.#world.serverlessServices, pa, { mode: 'Serve', numActivators: 0 })
      markServices(pa, sks)
      pa.status.metricsServiceName = ''
      this.#markScale(pa, autoscaler)
      return settled
    } catch (error) {
      markNotOwned(pa.status, error)
      throw error
    }
  }

  async #autoscaler(pa: Current): Promise<HorizontalPodAutoscaler> {
    const kept = this.#world.horizontalPodAutoscalers
    const desired = horizontalPodAutoscalerOf(pa, this.#world.config())
    const wanted = desired.spec
    const isNew = kept.get(keyOf(desired)) === undefined
    try {
      const { object } = await ensureOwned(kept, pa, podAutoscalers, desired, (found) =>
        wanted === undefined || (found.spec !== undefined && sameDemand(found.spec, wanted)) ? undefined : { ...found, spec: wanted }
      )
      return object
    } catch (error) {
      if (isNew && !(error instanceof NotOwnedError) && !isConflict(error)) {
        const message = `Failed to create HorizontalPodAutoscaler "${desired.metadata.name}".`
        new Marks(pa.status, podAutoscalerConditions).false('Active', 'FailedCreate', message)
      }
      throw error
    }
  }

  /** It is always active: Kubernetes' autoscaler never scales to zero. */
  #markScale(pa: Current, { status }: HorizontalPodAutoscaler): void {
    const marks = new Marks(pa.status, podAutoscalerConditions)
    marks.true('Active')
    pa.status.desiredScale = status?.desiredReplicas ?? 0
    pa.status.actualScale = status?.currentReplicas ?? 0
    if (isTrue(pa.status.conditions, 'ScaleTargetInitialized')) return
    const annotations = pa.metadata.annotations ?? {}
    const config = this.#world.config()
    const { min } = boundsOf(annotations, config, pa.spec.reachability !== 'Unreachable')
    const initial = initialScaleOf(intOf(firstAnnotation(annotations, initialScaleAnnotations)), config)
    if (pa.status.actualScale >= Math.max(min, initial)) marks.true('ScaleTargetInitialized')
  }
}
