import { keyOf } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { isConflict, isNotFound, secondTime, type KubeClient } from '@knative-ts/kube'
import { hasEnded } from './pod-state.ts'

/** Why a pod that runs is taken away: its condition DisruptionTarget. */
export interface Disruption {
  readonly reason: string
  readonly message: string
}

/** Writes the condition DisruptionTarget, and with `phase` that the pod has failed: nobody else may be left to say so. */
export async function disrupt(client: KubeClient, pod: Pod, why: Disruption | undefined, now: number, phase?: 'Failed'): Promise<void> {
  const { uid, generation } = pod.metadata
  const before = pod.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  const told = why === undefined || (before?.status === 'True' && before.reason === why.reason && before.message === why.message)
  if (told && phase === undefined) return
  const lastTransitionTime = before?.status === 'True' ? before.lastTransitionTime : secondTime(now)
  const observed = generation === undefined ? {} : { observedGeneration: generation }
  const conditions = told ? {} : { conditions: [{ type: 'DisruptionTarget', ...observed, status: 'True', lastTransitionTime, ...why }] }
  const status = { ...(phase === undefined ? {} : { phase, ...observed }), ...conditions }
  await client.patch(pods, keyOf(pod), { type: 'strategic', body: { metadata: { uid }, status } }, { subresource: 'status' })
}

/** Ends a pod that no node will end: it has failed unless it had ended, and goes at once. One that is gone, or is another one now, is as good. */
export async function failAndDelete(client: KubeClient, pod: Pod, why: Disruption | undefined, now: number): Promise<void> {
  try {
    if (!hasEnded(pod)) await disrupt(client, pod, why, now, 'Failed')
    await client.delete(pods, keyOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid ?? '' } })
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error
  }
}
