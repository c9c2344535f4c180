/** Which pods belong to a controller: those that name it, and those it may adopt. Rules: `PodControllerRefManager`. */
import type { KubeObject, OwnerReference } from '@knative-ts/api'
import { keyOf } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { controllerOf, isControlledBy, type KubeClient, type LabelPredicate } from '@knative-ts/kube'

/** An index function: files a pod under its controller's uid, or, without one, under its namespace: where controllers look for pods to adopt. */
export const byClaim = (pod: Pod): readonly string[] => [controllerOf(pod)?.uid ?? freeIn(pod.metadata.namespace ?? '')]

/** What the pods without controller of a namespace are filed under. */
export const freeIn = (namespace: string): string => `free in ${namespace}`

/** What is to be claimed and let go. */
export interface Claims {
  readonly adopt: readonly Pod[]
  readonly release: readonly Pod[]
}

/** By the owner's selector: pure. An owner on its way out neither takes nor gives. `candidates`: its pods, and those without controller. */
export function claimsBy(owner: KubeObject, selects: LabelPredicate, candidates: readonly Pod[], adoptable: (pod: Pod) => boolean): Claims {
  if (owner.metadata.deletionTimestamp !== undefined) return { adopt: [], release: [] }
  return {
    adopt: candidates.filter((pod) => controllerOf(pod) === undefined && adoptable(pod) && selects(pod.metadata.labels)),
    release: candidates.filter(
      (pod) => isControlledBy(pod, owner) && !selects(pod.metadata.labels) && pod.metadata.deletionTimestamp === undefined
    )
  }
}

/** Makes the object the pod's controller. `finalizers`: put on the pod with it. */
export async function adopt(client: KubeClient, pod: Pod, owner: OwnerReference, finalizers: readonly string[] = []): Promise<void> {
  const ownerReferences = [...(pod.metadata.ownerReferences ?? []), owner]
  const more = finalizers.length === 0 ? {} : { finalizers: [...new Set([...(pod.metadata.finalizers ?? []), ...finalizers])] }
  await client.patch(pods, keyOf(pod), { type: 'merge', body: { metadata: { uid: pod.metadata.uid, ownerReferences, ...more } } })
}

/** Makes the pod nobody's. */
export async function release(client: KubeClient, pod: Pod, owner: KubeObject): Promise<void> {
  const ownerReferences = (pod.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid)
  await client.patch(pods, keyOf(pod), { type: 'merge', body: { metadata: { uid: pod.metadata.uid, ownerReferences } } })
}
