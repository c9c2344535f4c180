import { configMaps } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'

/** Does the work with keys of a ConfigMap of the installation set, and puts back what was there. */
export async function withConfiguration(
  client: KubeClient,
  name: string,
  data: Readonly<Record<string, string>>,
  work: () => Promise<void>
): Promise<void> {
  const key = { namespace: 'knative-serving', name }
  const before = (await client.get(configMaps, key)).data ?? {}
  const set = (values: Readonly<Record<string, string | null>>): Promise<unknown> =>
    client.patch(configMaps, key, { type: 'merge', body: { data: values } })
  await set(data)
  try {
    await work()
  } finally {
    await set(Object.fromEntries(Object.keys(data).map((each) => [each, before[each] ?? null])))
  }
}
