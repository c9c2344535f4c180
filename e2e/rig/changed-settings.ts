import { configMaps } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { configKeyOf, configure } from './system-config.ts'

/** Settings of an installation that is somebody's: what is changed is put back. */
export interface ChangedSettings {
  /** Sets keys of one of the platform's ConfigMaps: `NAME` of Serving, `NAMESPACE/NAME` of any part. */
  set(name: string, data: Readonly<Record<string, string>>): Promise<void>
  /** Gives every key the value that it had before its first change; one that was not there is removed. */
  putBack(): Promise<void>
}

/** Nothing is changed yet. */
export function changedSettings(client: KubeClient): ChangedSettings {
  const before = new Map<string, Record<string, string | null>>()
  return {
    set: async (name, data) => {
      const { data: now = {} } = await client.get(configMaps, configKeyOf(name))
      const kept = before.get(name) ?? {}
      for (const key of Object.keys(data)) if (!(key in kept)) kept[key] = now?.[key] ?? null
      before.set(name, kept)
      await configure(client, name, data)
    },
    putBack: async () => {
      for (const [name, data] of before) await client.patch(configMaps, configKeyOf(name), { type: 'merge', body: { data } })
      before.clear()
    }
  }
}
