/** One look at an autoscaler's target and metrics, and what follows from it. Reasons, messages and events are those of `horizontal.go` of 1.34. */
import type { HorizontalPodAutoscaler, Pod } from '@knative-ts/api/kubernetes'
import type { EventRecorder, Informer } from '@knative-ts/kube'
import { errorText } from '@knative-ts/kube'
import { parseLabelSelector } from '../../requests/label-selector.ts'
import { decide, SelectorClaims } from './autoscaler-decision.ts'
import type { AutoscalerPorts, TargetScale } from './autoscaler-ports.ts'
import type { AutoscalerConditions, Counted } from './autoscaler-status.ts'
import type { ScalingHistory } from './scaling-history.ts'
import { limit, longestPeriodMs } from './scaling-limits.ts'

export class AutoscalerPass {
  readonly #ports: AutoscalerPorts
  readonly #events: EventRecorder
  readonly #pods: Informer<Pod>['cache']
  readonly #claims = new SelectorClaims()

  constructor(ports: AutoscalerPorts, events: EventRecorder, allPods: Informer<Pod>['cache']) {
    this.#ports = ports
    this.#events = events
    this.#pods = allPods
  }

  /** The autoscaler of that key is gone: its pods may be claimed by another. */
  forget(key: string): void {
    this.#claims.release(key)
  }

  /** Undefined when the target could not be read: the counts stay. */
  async run(
    autoscaler: HorizontalPodAutoscaler,
    conditions: AutoscalerConditions,
    historyOf: (replicas: number) => ScalingHistory,
    now: number
  ): Promise<Counted | undefined> {
    const scale = await this.#ports.scaleOf(autoscaler).catch((error: Error) => {
      this.#events.record(autoscaler, 'Warning', 'FailedGetScale', error.message)
      const message = `the HPA controller was unable to get the target's current scale: ${error.message}`
      conditions.set('AbleToScale', false, { reason: 'FailedGetScale', message })
      return undefined
    })
    if (scale === undefined) return undefined
    const able = { reason: 'SucceededGetScale', message: "the HPA controller was able to get the target's current scale" }
    conditions.set('AbleToScale', true, able)
    const history = historyOf(scale.replicas)
    const current = scale.replicas
    const { minReplicas: min = 1, maxReplicas: max = 1 } = autoscaler.spec ?? {}
    if (current === 0 && min !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero'
      conditions.set('ScalingActive', false, { reason: 'ScalingDisabled', message })
      return { current, desired: current, metrics: undefined }
    }
    const rescale = (to: number, why: string, metrics: Counted['metrics']) =>
      this.#change(autoscaler, scale, to, why, conditions, history, now, metrics)
    if (current > max) return rescale(max, 'Current number of replicas above Spec.MaxReplicas', undefined)
    if (current < min) return rescale(min, 'Current number of replicas below Spec.MinReplicas', undefined)
    const unchanged = autoscaler.status?.desiredReplicas ?? 0
    const selected = this.#select(autoscaler, scale.selector, conditions)
    if (typeof selected === 'string') {
      this.#events.record(autoscaler, 'Warning', 'FailedComputeMetricsReplicas', selected)
      return { current, desired: unchanged, metrics: undefined }
    }
    const namespace = autoscaler.metadata.namespace ?? ''
    const usage = () => this.#ports.usageOf(namespace, scale.selector)
    const { decision, statuses, failures, summary } = await decide(autoscaler, { current, pods: selected, usage, now })
    for (const { reason, cause } of failures) this.#events.record(autoscaler, 'Warning', reason, cause.message)
    if (decision === undefined) {
      const [first] = failures
      const message = `the HPA was unable to compute the replica count: ${first?.cause.message ?? ''}`
      conditions.set('ScalingActive', false, { reason: first?.reason ?? '', message })
      this.#events.record(autoscaler, 'Warning', 'FailedComputeMetricsReplicas', summary)
      return { current, desired: unchanged, metrics: statuses }
    }
    const found = `the HPA was able to successfully calculate a replica count from ${decision.metric}`
    conditions.set('ScalingActive', true, { reason: 'ValidMetricFound', message: found })
    const why = decision.replicas > current ? `${decision.metric} above target` : 'All metrics below target'
    const result = limit(autoscaler, decision.replicas, { current, min, max }, history, now)
    conditions.set('AbleToScale', true, result.able)
    conditions.set('ScalingLimited', result.limited.isLimited, result.limited)
    if (result.replicas === current) return { current, desired: current, metrics: statuses }
    return rescale(result.replicas, why, statuses)
  }

  async #change(
    autoscaler: HorizontalPodAutoscaler,
    scale: TargetScale,
    to: number,
    why: string,
    conditions: AutoscalerConditions,
    history: ScalingHistory,
    now: number,
    metrics: Counted['metrics']
  ): Promise<Counted> {
    const current = scale.replicas
    try {
      await scale.rescale(to)
    } catch (error) {
      const text = errorText(error)
      this.#events.record(autoscaler, 'Warning', 'FailedRescale', `New size: ${to}; reason: ${why}; error: ${text}`)
      const message = `the HPA controller was unable to update the target scale: ${text}`
      conditions.set('AbleToScale', false, { reason: 'FailedUpdateScale', message })
      return { current, desired: autoscaler.status?.desiredReplicas ?? 0, metrics }
    }
    const message = `the HPA controller was able to update the target scale to ${to}`
    conditions.set('AbleToScale', true, { reason: 'SucceededRescale', message })
    this.#events.record(autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${to}; reason: ${why}`)
    if (autoscaler.spec?.behavior !== undefined) history.rescaled(current, to, longestPeriodMs(autoscaler, to > current), now)
    return { current, desired: to, metrics, rescaledAt: now }
  }

  /** The pods of the target, or why they cannot be told. */
  #select(autoscaler: HorizontalPodAutoscaler, selector: string, conditions: AutoscalerConditions): readonly Pod[] | string {
    const refuse = (event: string, reason: string, text: string, message = text): string => {
      this.#events.record(autoscaler, 'Warning', event, text)
      conditions.set('ScalingActive', false, { reason, message })
      return text
    }
    if (selector === '')
      return refuse('SelectorRequired', 'InvalidSelector', 'selector is required', "the HPA target's scale is missing a selector")
    let matchesLabels: ReturnType<typeof parseLabelSelector>
    try {
      matchesLabels = parseLabelSelector(selector)
    } catch (error) {
      const why = errorText(error)
      const text = `couldn't convert selector into a corresponding internal selector object: ${why}`
      return refuse('InvalidSelector', 'InvalidSelector', text)
    }
    const matches = (pod: Pod): boolean => matchesLabels === undefined || matchesLabels(pod.metadata.labels)
    this.#claims.claim(autoscaler, matches)
    const namespace = autoscaler.metadata.namespace ?? ''
    const selected = this.#pods.list(namespace).filter(matches)
    const claiming = this.#claims.claiming(namespace, selected)
    if (claiming.length <= 1) return selected
    const names = claiming.map((name) => `{${name} ${namespace}}`).join(' ')
    const text = `pods by selector ${selector} are controlled by multiple HPAs: [${names}]`
    return refuse('AmbiguousSelector', 'AmbiguousSelector', text)
  }
}
