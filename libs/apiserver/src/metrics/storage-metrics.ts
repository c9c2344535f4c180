/** How many objects are kept of each kind. Counted when asked for: the store knows the numbers. */
import type { Registry } from '../registry/registry.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { family, labelText } from './exposition.ts'

/** The exposition. */
export function storageMetrics(registry: Registry, store: ObjectStore): string {
  const stored = new Map(
    registry
      .types()
      .filter(({ verbs }) => verbs.includes('list'))
      .map(({ group, plural }) => [`${group}/${plural}`, { group, plural }])
  )
  const counts = [...stored]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { group, plural }]) => ({ group, plural, count: store.list(key).length }))
  return (
    family(
      'apiserver_resource_objects',
      'gauge',
      '[ALPHA] Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.',
      counts.map(({ group, plural, count }) => `apiserver_resource_objects{${labelText({ group, resource: plural })}} ${count}`)
    ) +
    family(
      'apiserver_storage_objects',
      'gauge',
      '[STABLE] [DEPRECATED, consider using apiserver_resource_objects instead] Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.',
      counts.map(
        ({ group, plural, count }) =>
          `apiserver_storage_objects{${labelText({ resource: group === '' ? plural : `${plural}.${group}` })}} ${count}`
      )
    )
  )
}
