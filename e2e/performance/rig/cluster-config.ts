import { configMaps } from '@knative-ts/api/kubernetes'
import type { Cluster } from './cluster.ts'

/** Sets keys of a ConfigMap of the installation; what was there is put back when the benchmark ends, however it does. */
export async function configured({ client, afterwards }: Cluster, name: string, data: Readonly<Record<string, string>>): Promise<void> {
  const key = { namespace: 'knative-serving', name }
  const before = (await client.get(configMaps, key)).data ?? {}
  const set = (values: Readonly<Record<string, string | null>>): Promise<unknown> =>
    client.patch(configMaps, key, { type: 'merge', body: { data: values } })
  afterwards.push(() => set(Object.fromEntries(Object.keys(data).map((each) => [each, before[each] ?? null]))))
  await set(data)
}
