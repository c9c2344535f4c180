/** Every object of every resource that exists at the moment, custom ones included, followed by one watch a resource. */
import { keyOf, type KubeObject, type ObjectKey, type OwnerReference, type Resource } from '@knative-ts/api'
import { equalJson, reflect, type KubeClient, type Log } from '@knative-ts/kube'

/** Where the list of resources comes from, and how its changes are learnt (a CustomResourceDefinition came or went). */
export interface ResourceTypes {
  /** One version of each resource that can be listed, watched and deleted. */
  resourceTypes(): readonly Resource[]
  /** Returns the unsubscriber. */
  onResourceTypesChanged(listener: () => void): () => void
}

/** What ownership is about; nothing else of an object is kept. */
export interface LiveObject {
  readonly uid: string
  readonly resource: Resource
  readonly key: ObjectKey
  readonly owners: readonly OwnerReference[]
  readonly finalizers: readonly string[]
  readonly deleting: boolean
}

export interface LiveChange {
  readonly before?: LiveObject
  readonly after?: LiveObject
}

/** Events are owned by nobody and own nobody: Kubernetes' collector ignores them too. */
const ignored = new Set(['/events', 'events.k8s.io/events'])

export class LiveObjects {
  readonly #client: KubeClient
  readonly #types: ResourceTypes
  readonly #log: Log
  readonly #objects = new Map<string, LiveObject>()
  readonly #dependents = new Map<string, Set<string>>()
  readonly #watched = new Map<string, { readonly resource: Resource; readonly stop: AbortController; readonly synced: Promise<void> }>()
  readonly #listeners = new Set<(change: LiveChange) => void>()

  readonly #addedListeners = new Set<() => void>()

  constructor(client: KubeClient, types: ResourceTypes, log: Log) {
    this.#client = client
    this.#types = types
    this.#log = log
  }

  get(uid: string): LiveObject | undefined {
    return this.#objects.get(uid)
  }

  /** Objects that name `uid` as an owner. */
  dependentsOf(uid: string): readonly LiveObject[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#objects.get(dependent) ?? [])
  }

  /** The resource that serves a kind of a group, in whatever version. */
  resourceOf(apiVersion: string, kind: string): Resource | undefined {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
    return [...this.#watched.values()].find(({ resource }) => resource.kind === kind && resource.group === group)?.resource
  }

  /** All resources that exist now, the ones that are not followed (events) included. */
  resources(): readonly Resource[] {
    return this.#types.resourceTypes()
  }

  onChange(listener: (change: LiveChange) => void): void {
    this.#listeners.add(listener)
  }

  /** Called when resources that were not served before are in memory. */
  onResourcesAdded(listener: () => void): void {
    this.#addedListeners.add(listener)
  }

  /** Follows until `signal` aborts. Resolves when everything that exists now is known. */
  async start(signal: AbortSignal): Promise<void> {
    this.#follow(signal)
    const leave = this.#types.onResourceTypesChanged(() => {
      this.#follow(signal)
      void this.synced().then(() => {
        for (const listener of this.#addedListeners) listener()
      })
    })
    signal.addEventListener('abort', leave, { once: true })
    await this.synced()
  }

  /** Resolves when all resources known at the call are in memory. */
  async synced(): Promise<void> {
    await Promise.all([...this.#watched.values()].map(({ synced }) => synced))
  }

  #follow(signal: AbortSignal): void {
    const wanted = new Map(this.#types.resourceTypes().map((resource) => [`${resource.group}/${resource.plural}`, resource]))
    for (const name of ignored) wanted.delete(name)
    for (const [name, { stop, resource }] of this.#watched) {
      if (wanted.has(name)) continue
      stop.abort()
      this.#watched.delete(name)
      for (const object of this.#objects.values()) if (object.resource === resource) this.#change(object.uid, undefined)
    }
    for (const [name, resource] of wanted) {
      if (this.#watched.has(name) || signal.aborted) continue
      const stop = new AbortController()
      const both = AbortSignal.any([signal, stop.signal])
      const { promise: synced, resolve } = Promise.withResolvers<void>()
      both.addEventListener('abort', () => resolve(), { once: true })
      const target = {
        replace: (items: readonly KubeObject[]) => {
          if (!both.aborted) this.#replace(resource, items)
          resolve()
        },
        apply: ({ type, object }: { readonly type: string; readonly object: KubeObject }) => {
          if (!both.aborted) this.#change(object.metadata.uid ?? '', type === 'DELETED' ? undefined : this.#liveOf(resource, object))
        }
      }
      // No informer: its cache would keep every object of the cluster.
      void reflect(this.#client, resource, { part: 'ownership' }, target, both, { log: this.#log })
      this.#watched.set(name, { resource, stop, synced })
    }
  }

  #replace(resource: Resource, items: readonly KubeObject[]): void {
    const gone = new Set([...this.#objects.values()].filter((object) => object.resource === resource).map(({ uid }) => uid))
    for (const item of items) {
      const uid = item.metadata.uid ?? ''
      gone.delete(uid)
      this.#change(uid, this.#liveOf(resource, item))
    }
    for (const uid of gone) this.#change(uid, undefined)
  }

  /** Most changes of an object are none of its ownership: then what is known stays, and what came may go. */
  #liveOf(resource: Resource, object: KubeObject): LiveObject {
    const { uid = '', ownerReferences = [], finalizers = [], deletionTimestamp } = object.metadata
    const deleting = deletionTimestamp !== undefined
    const known = this.#objects.get(uid)
    if (
      known?.resource === resource &&
      known.deleting === deleting &&
      equalJson([known.owners, known.finalizers], [ownerReferences, finalizers])
    )
      return known
    return { uid, resource, key: keyOf(object), owners: ownerReferences.map((owner) => this.#shared(owner)), finalizers, deleting }
  }

  /** The texts of a reference are those that its owner is known by. */
  #shared(owner: OwnerReference): OwnerReference {
    const found = this.#objects.get(owner.uid)
    if (found === undefined) return owner
    const { uid, key, resource } = found
    return {
      ...owner,
      uid,
      ...(key.name === owner.name && { name: key.name }),
      ...(resource.kind === owner.kind && { kind: resource.kind })
    }
  }

  #change(uid: string, after: LiveObject | undefined): void {
    const before = this.#objects.get(uid)
    for (const { uid: owner } of before?.owners ?? []) {
      this.#dependents.get(owner)?.delete(uid)
      if (this.#dependents.get(owner)?.size === 0) this.#dependents.delete(owner)
    }
    if (after === undefined) this.#objects.delete(uid)
    else this.#objects.set(uid, after)
    for (const { uid: owner } of after?.owners ?? []) this.#dependents.set(owner, (this.#dependents.get(owner) ?? new Set()).add(uid))
    const change = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
    for (const listener of this.#listeners) listener(change)
  }
}
