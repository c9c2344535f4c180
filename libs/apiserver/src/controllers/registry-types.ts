import type { Resource } from '@knative-ts/api'
import type { Registry } from '../registry/registry.ts'
import type { ResourceTypes } from './live-objects.ts'

/** What the garbage collector and the namespace controller need to know of a registry: one version of each resource with objects. */
export function resourceTypesOf(registry: Registry): ResourceTypes {
  return {
    resourceTypes() {
      const found = new Map<string, Resource>()
      for (const { storage, verbs, group, version, plural, kind, namespaced } of registry.types()) {
        const collectable = ['list', 'watch', 'delete'].every((verb) => verbs.includes(verb))
        if (collectable && !found.has(storage)) found.set(storage, { group, version, plural, kind, namespaced })
      }
      return [...found.values()]
    },
    onResourceTypesChanged: (listener) => registry.onChange(listener)
  }
}
