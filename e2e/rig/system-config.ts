import { configMaps } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'

/** Sets keys of one of the platform's ConfigMaps, as an administrator does; every role follows it. */
export async function configure(client: KubeClient, name: string, data: Readonly<Record<string, string>>): Promise<void> {
  await client.patch(configMaps, { namespace: 'knative-serving', name }, { type: 'merge', body: { data } })
}
