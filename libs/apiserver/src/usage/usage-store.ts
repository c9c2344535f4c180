/** The objects of metrics.k8s.io as a store reads them: made from the newest measurements at each request, and kept nowhere. */
import type { KubeObject } from '@knative-ts/api'
import type { ApiError, UsageSource } from '@knative-ts/kube'
import { notFound } from '../http/errors.ts'
import { StoredState } from '../store/stored-state.ts'
import type { ObjectStore, StoredObject, StoreKey } from '../store/object-store.ts'
import { nodeMetricsOf, podMetricsOf } from './usage-objects.ts'
import { nodesStorage, podsStorage, usageGroup } from './usage-types.ts'

export class UsageStore {
  readonly #objects: ObjectStore
  readonly #clock: () => number
  #source: UsageSource | undefined

  /** `objects`: where pods and nodes are, whose labels their metrics carry. `clock` in milliseconds. */
  constructor(objects: ObjectStore, clock: () => number) {
    this.#objects = objects
    this.#clock = clock
  }

  setSource(source: UsageSource | undefined): void {
    this.#source = source
  }

  /** Whether objects of that storage name are read from here. */
  holds(resource: string): boolean {
    return resource === nodesStorage || resource === podsStorage
  }

  get({ resource, namespace, name }: StoreKey): StoredObject | undefined {
    return this.list(resource, namespace).find(({ key }) => key.name === name)
  }

  /** Sorted by namespace and name. What was measured and exists no more is left out. */
  list(resource: string, namespace?: string): readonly StoredObject[] {
    const now = this.#clock()
    if (resource === nodesStorage) {
      const usage = this.#source?.node()
      const node = usage === undefined ? undefined : this.#objects.get({ resource: '/nodes', namespace: '', name: usage.name })?.object
      if (usage === undefined || node === undefined) return []
      return [stateOf(resource, nodeMetricsOf(usage, node.metadata.labels, now))]
    }
    const found = (this.#source?.pods() ?? []).flatMap((usage) => {
      if (namespace !== undefined && namespace !== '' && usage.namespace !== namespace) return []
      const pod = this.#objects.get({ resource: '/pods', namespace: usage.namespace, name: usage.name })?.object
      return pod === undefined ? [] : [stateOf(resource, podMetricsOf(usage, pod.metadata.labels, now))]
    })
    return found.sort(({ key: a }, { key: b }) => (a.namespace === b.namespace ? order(a.name, b.name) : order(a.namespace, b.namespace)))
  }

  /** Why an object is not there: a pod or node that does not exist is told from one that has not been measured. */
  missing({ resource, namespace, name }: StoreKey): ApiError {
    const plural = resource === nodesStorage ? 'nodes' : 'pods'
    const of = this.#objects.get({ resource: `/${plural}`, namespace, name })
    if (of === undefined) return notFound({ group: '', plural, kind: plural }, name)
    const metrics = resource === nodesStorage ? 'nodemetrics' : 'podmetrics'
    return notFound({ group: usageGroup, plural: metrics, kind: metrics }, namespace === '' ? name : `${namespace}/${name}`)
  }
}

function stateOf(resource: string, object: KubeObject): StoredObject {
  const { namespace = '', name = '' } = object.metadata
  return new StoredState({ resource, namespace, name }, 0, JSON.stringify(object))
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
