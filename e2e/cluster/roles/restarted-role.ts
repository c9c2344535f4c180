import type { Pod } from '@knative-ts/api/kubernetes'
import type { AnyRole } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'
import { until } from '../../rig/until.ts'
import { isReadyPod, podsOfRole } from './role-replicas.ts'

/** How often the container of a role's pod has been started anew. */
export const restartsOf = (pod: Pod): number => pod.status?.containerStatuses?.[0]?.restartCount ?? 0

/** Resolves when the container of a role's pod has been started anew, and the pod is ready. */
export async function restartedRole(client: KubeClient, role: AnyRole, before: Pod, withinMs = 120_000): Promise<void> {
  await until(
    `${before.metadata.name} runs again`,
    async () => {
      const pod = (await podsOfRole(client, role)).find(({ metadata }) => metadata.uid === before.metadata.uid)
      return pod !== undefined && restartsOf(pod) > restartsOf(before) && isReadyPod(pod)
    },
    withinMs,
    100
  )
}
