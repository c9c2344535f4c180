import {
  isFalse,
  isTrue,
  keyOf,
  podAutoscalers,
  type Metric,
  type ObjectKey,
  type PodAutoscaler,
  type PodAutoscalerStatus,
  type ServerlessService
} from '@knative-ts/api'
import { deployments, type Deployment, type Pod } from '@knative-ts/api/kubernetes'
import { again, ensureOwned, equalJson, settled, type Kept, type KubeClient, type Outcome } from '@knative-ts/kube'
import { boundsOf, scalingSpecOf, type ScalingSpec } from '@knative-ts/scaling'
import type { Deciders } from '../deciding/deciders.ts'
import { ensureServerlessService } from './ensure-serverless-service.ts'
import { markNotOwned } from './mark-not-owned.ts'
import { metricOf } from './metric-of.ts'
import { countPods } from './pod-counts.ts'
import { markServices, markStatus, requestPathOf } from './pod-autoscaler.plan.ts'
import { planScale, type ScalePlan, type ScaleWorld } from './scale.plan.ts'
import { scalerSettingsOf, type ScalerSettings } from './scaler-settings.ts'
import type { RequestPath } from './serverless-service-of.ts'

type Current = PodAutoscaler & { status: PodAutoscalerStatus }

export interface ScalerWorld {
  readonly client: KubeClient
  readonly serverlessServices: Kept<ServerlessService>
  readonly metrics: Kept<Metric>
  readonly deployment: (key: ObjectKey) => Deployment | undefined
  readonly pods: (key: ObjectKey) => readonly Pod[]
  readonly deciders: Deciders
  readonly settings: () => ScalerSettings
  /** True when requests of the revision reach an activator. */
  readonly probe: (key: ObjectKey) => Promise<boolean>
  readonly now: () => number
}

/** Milliseconds after which a path that does not lead through the activator yet is probed again. */
const probeAgainMs = 1_000

/** A PodAutoscaler of class KPA: its Deployment's replicas, its Metric, and the path of its requests. */
export class PodAutoscalerReconciler {
  readonly #world: ScalerWorld

  constructor(world: ScalerWorld) {
    this.#world = world
  }

  async reconcile(pa: Current): Promise<Outcome> {
    try {
      return await this.#pass(pa)
    } catch (error) {
      markNotOwned(pa.status, error)
      throw error
    }
  }

  async #pass(pa: Current): Promise<Outcome> {
    const world = this.#world
    const key = keyOf(pa)
    const { config, retentionMs, progressDeadlineMs } = scalerSettingsOf(pa, world.settings())
    const spec = scalingSpecOf(scaledObjectOf(pa), config)
    const { ready } = countPods(world.pods(key))
    const sks = world.serverlessServices.get(key)
    if (sks === undefined || (sks.status?.privateServiceName ?? '') === '') {
      // Nothing is decided yet; how many activators are needed is known already, and a change of it later would cost two writes.
      const { numActivators } = requestPathOf(-1, 0, spec, ready, false)
      const made = await this.#serverlessService(pa, { mode: 'Proxy', numActivators }, sks)
      return this.#finish(pa, made, spec, ready, { want: -1 })
    }
    const decider = world.deciders.ensure(key, spec, () => this.#decidedBefore(pa, ready))
    const planNow = (probed: ScaleWorld['probed']): ScalePlan =>
      planScale({ pa, sks, spec, desired: decider.verdict.desired, config, retentionMs, progressDeadlineMs, probed, now: world.now() })
    let plan = planNow('unknown')
    if (plan.probe === true && this.#sleeps(pa, ready)) plan = { want: plan.want }
    else if (plan.probe === true) {
      // A request may come meanwhile: what is wanted then counts.
      const probed = (await world.probe(key)) ? 'yes' : 'no'
      plan = planNow(probed)
      if (plan.apply === undefined && plan.afterMs === undefined) plan = { ...plan, afterMs: probeAgainMs }
    }
    // The Deployment first: somebody may be waiting for a pod.
    const scaled = plan.apply === undefined ? undefined : this.#scale(pa, plan.apply)
    const inactive = isFalse(pa.status.conditions, 'Active')
    const decided = requestPathOf(plan.want, decider.verdict.excessBurstCapacity, spec, ready, inactive)
    // While nobody knows whether there is capacity to spare, what was decided before stands.
    const stands = decider.verdict.desired < 0 && !inactive && sks.spec.mode === 'Serve' && spec.scaling.targetBurstCapacity >= 0
    const path: RequestPath = stands ? { ...decided, mode: 'Serve' } : decided
    const [made] = await Promise.all([this.#serverlessService(pa, path, sks), this.#metric(pa, spec, sks), scaled])
    return this.#finish(pa, made, spec, ready, plan)
  }

  #finish(pa: Current, sks: ServerlessService, spec: ScalingSpec, ready: number, plan: ScalePlan): Outcome {
    markServices(pa, sks)
    const bounds = boundsOf(pa.metadata.annotations ?? {}, this.#world.settings().config, spec.scaling.reachable)
    const before = pa.status.conditions?.find(({ type }) => type === 'Active')?.status
    markStatus(pa, { want: plan.want, ready, bounds, initialScale: spec.initialScale })
    const after = pa.status.conditions?.find(({ type }) => type === 'Active')?.status
    // The way to zero goes on from the new state: an object that has just become inactive must be looked at again.
    if (before !== after && plan.want === 0) return again(plan.afterMs ?? 0)
    return plan.afterMs === undefined ? settled : again(plan.afterMs)
  }

  /** It has no pods and is told to have none: whether requests reach an activator decides nothing any more. */
  #sleeps(pa: Current, ready: number): boolean {
    return ready === 0 && this.#world.deployment(targetOf(pa))?.spec?.replicas === 0
  }

  /** Pods that somebody has decided on who is no more: 0 for a revision that has never been up, and for one that was on its way to zero. */
  #decidedBefore(pa: Current, ready: number): number {
    const { conditions } = pa.status
    if (!isTrue(conditions, 'ScaleTargetInitialized') || isFalse(conditions, 'Active')) return 0
    return Math.max(this.#world.deployment(targetOf(pa))?.spec?.replicas ?? 0, ready)
  }

  async #scale(pa: Current, replicas: number): Promise<void> {
    const key = targetOf(pa)
    const deployment = this.#world.deployment(key)
    if (deployment === undefined || (deployment.spec?.replicas ?? 1) === replicas) return
    const operations = [{ op: 'add', path: '/spec/replicas', value: replicas }] as const
    await this.#world.client.patch(deployments, key, { type: 'json', operations }, { subresource: 'scale' })
  }

  async #serverlessService(pa: Current, path: RequestPath, current: ServerlessService | undefined): Promise<ServerlessService> {
    if (current !== undefined && (current.status?.privateServiceName ?? '') === '') return current
    return ensureServerlessService(this.#world.serverlessServices, pa, path)
  }

  async #metric(pa: Current, spec: ScalingSpec, sks: ServerlessService): Promise<void> {
    const desired = metricOf(pa, spec, sks.status?.privateServiceName ?? '')
    const { labels = {}, annotations = {} } = desired.metadata
    await ensureOwned(this.#world.metrics, pa, podAutoscalers, desired, (found) =>
      equalJson([found.spec, found.metadata.labels ?? {}, found.metadata.annotations ?? {}], [desired.spec, labels, annotations])
        ? undefined
        : { ...found, metadata: { ...found.metadata, labels, annotations }, spec: desired.spec }
    )
  }
}

/** The Deployment that is scaled. */
const targetOf = (pa: PodAutoscaler): ObjectKey => ({
  namespace: pa.metadata.namespace ?? '',
  name: pa.spec.scaleTargetRef.name ?? ''
})

/** What scaling reads of the object. */
export function scaledObjectOf(pa: PodAutoscaler) {
  return {
    annotations: pa.metadata.annotations ?? {},
    containerConcurrency: pa.spec.containerConcurrency ?? 0,
    reachability: pa.spec.reachability ?? ''
  }
}
