import type { KubeObject, Resource } from '@knative-ts/api'
import type { ApiServer } from '@knative-ts/apiserver'

/** Resources that the API server serves now: what the garbage collector and the namespace controller must follow. */
export interface ServedResources {
  resourceTypes(): readonly Resource[]
  onResourceTypesChanged(listener: () => void): () => void
  /** The resource of an object's apiVersion and kind. Throws when the server does not know it. */
  resourceOf(object: KubeObject): Resource
}

const needed = ['list', 'watch', 'delete']

export function servedResources({ registry, store }: ApiServer): ServedResources {
  return {
    resourceTypes: () => {
      const byStorage = new Map<string, Resource>()
      for (const type of registry.types()) {
        if (needed.every((verb) => type.verbs.includes(verb)) && !byStorage.has(type.storage)) byStorage.set(type.storage, type)
      }
      return [...byStorage.values()].map(({ group, version, plural, kind, namespaced }) => ({ group, version, plural, kind, namespaced }))
    },
    onResourceTypesChanged: (listener) => {
      let version = registry.version
      const unsubscribe = store.subscribe('apiextensions.k8s.io/customresourcedefinitions', store.revision(), () => {
        // Definitions written together are followed together.
        setImmediate(() => {
          if (version === registry.version) return
          version = registry.version
          listener()
        })
      })
      return unsubscribe === 'expired' ? () => undefined : unsubscribe
    },
    resourceOf: ({ apiVersion, kind }) => {
      const [version = '', group = ''] = apiVersion.split('/').toReversed()
      const type = registry.byKind(group, version, kind)
      if (type === undefined) throw new Error(`the API server has no ${kind} in ${apiVersion}`)
      return { group: type.group, version: type.version, plural: type.plural, kind: type.kind, namespaced: type.namespaced }
    }
  }
}
