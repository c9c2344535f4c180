import { keyText, type ObjectKey } from '@knative-ts/api'
import { horizontalPodAutoscalers, pods, type HorizontalPodAutoscaler } from '@knative-ts/api/kubernetes'
import {
  again,
  createEventRecorder,
  createReconcileLoop,
  equalJson,
  isNotFound,
  settled,
  triggeredBy,
  type Outcome,
  type ReconcileLoop
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { AutoscalerPass } from './autoscaler-pass.ts'
import type { AutoscalerPorts } from './autoscaler-ports.ts'
import { AutoscalerConditions, autoscalerStatusOf, type Counted } from './autoscaler-status.ts'
import { ScalingHistory } from './scaling-history.ts'

/** kube-controller-manager's --horizontal-pod-autoscaler-sync-period. */
const periodMs = 15_000
const component = 'horizontal-pod-autoscaler'

/** What is remembered of one autoscaler. */
interface Memory {
  readonly history: ScalingHistory
  /** The generation that was seen, and when it is looked at again: a status of ours is no reason to look earlier. */
  generation: number
  lookAt: number
}

/** Sets the replicas of each HorizontalPodAutoscaler's target by what its pods use. */
export function horizontalPodAutoscalerLoop(context: ControllerContext, ports: AutoscalerPorts): ReconcileLoop {
  const { client, factory, log, clock } = context
  const events = createEventRecorder({ client, component, log, clock })
  const informer = factory.informer(horizontalPodAutoscalers)
  const allPods = factory.informer(pods)
  const memories = new Map<string, Memory>()
  const pass = new AutoscalerPass(ports, events, allPods.cache)

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const name = keyText(key)
    const autoscaler = informer.cache.get(key)
    if (autoscaler === undefined || autoscaler.metadata.deletionTimestamp !== undefined) {
      pass.forget(name)
      return settled
    }
    const now = clock.now()
    const known = memories.get(autoscaler.metadata.uid ?? '')
    const generation = autoscaler.metadata.generation ?? 0
    if (known !== undefined && known.generation === generation && known.lookAt > now) return again(known.lookAt - now)
    if (known !== undefined) Object.assign(known, { generation, lookAt: now + periodMs })
    const conditions = new AutoscalerConditions(autoscaler.status?.conditions ?? [], now)
    const counted = await pass.run(autoscaler, conditions, (replicas) => historyOf(autoscaler, replicas, now), now)
    const { currentReplicas: current = 0, desiredReplicas: desired = 0, currentMetrics } = autoscaler.status ?? {}
    await write(autoscaler, conditions, counted ?? { current, desired, metrics: currentMetrics ?? undefined })
    return again(periodMs)
  }

  const historyOf = (autoscaler: HorizontalPodAutoscaler, replicas: number, now: number): ScalingHistory => {
    const uid = autoscaler.metadata.uid ?? ''
    const known = memories.get(uid)
    if (known !== undefined) return known.history
    const memory = { history: new ScalingHistory(replicas, now), generation: autoscaler.metadata.generation ?? 0, lookAt: now + periodMs }
    memories.set(uid, memory)
    return memory.history
  }

  const write = async (autoscaler: HorizontalPodAutoscaler, conditions: AutoscalerConditions, counted: Counted): Promise<void> => {
    const status = autoscalerStatusOf(autoscaler, conditions, counted)
    if (equalJson(autoscaler.status ?? {}, status)) return
    await client.updateStatus(horizontalPodAutoscalers, { ...autoscaler, status }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }

  informer.onChange(({ before, after }) => {
    if (after === undefined) memories.delete(before?.metadata.uid ?? '')
  })
  return createReconcileLoop({ name: component, log, clock, triggers: [triggeredBy(informer)], reconcile })
}
