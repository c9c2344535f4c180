/** What runs of Eventing on a cluster: its roles, and the adapter of an ApiServerSource, which is a pod of the user's namespace. */
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import { eventingNamespace, eventingRoleNames, type EventingRoleName } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'
import { until } from '../../rig/until.ts'
import { isReadyPod } from './role-replicas.ts'
import { restartsOf } from './restarted-role.ts'

export interface Workload {
  readonly name: string
  readonly namespace: string
  readonly labelSelector: string
  readonly container: string
}

export type WorkloadName = EventingRoleName | 'apiserversource-adapter'
export const workloadNames: readonly WorkloadName[] = [...eventingRoleNames, 'apiserversource-adapter']

const patienceMs = 180_000
const everyMs = 250

/** `namespace` and `source` are those of the ApiServerSource. */
export function workloadOf(name: WorkloadName, namespace: string, source: string): Workload {
  if (name !== 'apiserversource-adapter') return { name, namespace: eventingNamespace, labelSelector: `app=${name}`, container: name }
  return { name, namespace, labelSelector: `eventing.knative.dev/sourceName=${source}`, container: 'receive-adapter' }
}

async function podsOf(client: KubeClient, { namespace, labelSelector }: Workload): Promise<readonly Pod[]> {
  return (await client.list(pods, { namespace, labelSelector })).items
}

/** Resolves with its pod once it has one that is ready; another one may be on its way out. */
export function settledPod(client: KubeClient, workload: Workload): Promise<Pod> {
  return until(
    `${workload.name} has one ready pod`,
    async () => {
      const found = (await podsOf(client, workload)).filter(isReadyPod)
      return found.length === 1 && found[0]
    },
    patienceMs,
    everyMs
  )
}

/** Resolves when its pod is another one than `before`, or the same with a container that was started anew, and is ready. */
export function replacedPod(client: KubeClient, workload: Workload, before: Pod): Promise<Pod> {
  return until(
    `${workload.name} runs again`,
    async () => {
      const now = (await podsOf(client, workload)).filter(isReadyPod)
      return now.find(
        ({ metadata, ...pod }) => metadata.uid !== before.metadata.uid || restartsOf({ metadata, ...pod }) > restartsOf(before)
      )
    },
    patienceMs,
    everyMs
  )
}
