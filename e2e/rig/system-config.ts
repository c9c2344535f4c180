import { parseKey, type ObjectKey } from '@knative-ts/api'
import { configMaps } from '@knative-ts/api/kubernetes'
import { systemNamespace } from '@knative-ts/api/system'
import type { KubeClient } from '@knative-ts/kube'

/** Where a ConfigMap of the platform is: `NAME` is Serving's, `NAMESPACE/NAME` anybody's. */
export const configKeyOf = (name: string): ObjectKey => (name.includes('/') ? parseKey(name) : { namespace: systemNamespace, name })

/** Sets keys of one of the platform's ConfigMaps, as an administrator does; every role follows it. */
export async function configure(client: KubeClient, name: string, data: Readonly<Record<string, string>>): Promise<void> {
  await client.patch(configMaps, configKeyOf(name), { type: 'merge', body: { data } })
}
