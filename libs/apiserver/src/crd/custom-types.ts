/** Serves what CustomResourceDefinitions define, from the moment their write is durable, and empties those that are being deleted. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import type { Registry } from '../registry/registry.ts'
import type { ObjectStore, StoredObject } from '../store/object-store.ts'
import { sameJson } from '../requests/same-json.ts'
import { CLEANUP_FINALIZER, DEFINITIONS } from './definition.ts'
import { isEstablished, statusOf } from './definition-status.ts'

/** Asks one instance of a custom resource to leave. */
export type RemoveInstance = (definition: k8s.CustomResourceDefinition, namespace: string, name: string) => Promise<void>

export class CustomTypes {
  readonly #store: ObjectStore
  readonly #registry: Registry
  readonly #clock: () => number
  readonly #onError: (error: unknown) => void
  #remove: RemoveInstance | undefined
  readonly #watched = new Map<string, () => void>()

  constructor(store: ObjectStore, registry: Registry, clock: () => number, onError: (error: unknown) => void) {
    this.#store = store
    this.#registry = registry
    this.#onError = onError
    this.#clock = clock
  }

  /** Registers all stored definitions and follows their changes. */
  start(remove: RemoveInstance): void {
    this.#remove = remove
    for (const { object } of this.#store.list(DEFINITIONS)) this.#serve(object)
    this.#store.subscribe(DEFINITIONS, this.#store.revision(), (events) => {
      for (const { type, current } of events) {
        if (type === 'DELETED') this.#forget(current.object as k8s.CustomResourceDefinition)
        else this.#serve(current.object)
      }
    })
  }

  #serve(object: KubeObject): void {
    const definition = object as k8s.CustomResourceDefinition
    if (isEstablished(definition)) this.#registry.addCustom(definition)
    this.#renameOthers(definition.spec.group)
    if (definition.metadata.deletionTimestamp !== undefined && definition.metadata.finalizers?.includes(CLEANUP_FINALIZER) === true)
      this.#empty(definition)
  }

  #forget({ metadata, spec }: k8s.CustomResourceDefinition): void {
    const { name = '' } = metadata
    this.#registry.removeCustom(name)
    this.#renameOthers(spec.group)
    this.#watched.get(name)?.()
    this.#watched.delete(name)
  }

  /** Names that one definition gave up, or that two took at once, are another's now. */
  #renameOthers(group: string): void {
    for (const { object, key } of this.#store.list(DEFINITIONS)) {
      const definition = object as k8s.CustomResourceDefinition
      if (definition.spec.group !== group || definition.metadata.deletionTimestamp !== undefined) continue
      if (!sameJson(this.#statusNow(definition), definition.status)) this.#rename(key.name).catch(this.#onError)
    }
  }

  #statusNow(definition: k8s.CustomResourceDefinition): k8s.CustomResourceDefinitionStatus {
    const all = this.#store.list(DEFINITIONS).map(({ object }) => object as k8s.CustomResourceDefinition)
    return statusOf(definition, all, secondTime(this.#clock()))
  }

  async #rename(name: string): Promise<void> {
    await this.#store.write({ resource: DEFINITIONS, namespace: '', name }, (current) => {
      if (current === undefined) return { kind: 'unchanged' }
      const definition = current.object as k8s.CustomResourceDefinition
      const status = this.#statusNow(definition)
      if (sameJson(status, definition.status)) return { kind: 'unchanged' }
      return { kind: 'put', object: { ...definition, status } as KubeObject }
    })
  }

  /** Whether new instances are refused: their definition is on its way out. */
  isLeaving(crdName: string): boolean {
    const stored = this.#store.get({ resource: DEFINITIONS, namespace: '', name: crdName })
    return stored?.object.metadata.deletionTimestamp !== undefined
  }

  #empty(definition: k8s.CustomResourceDefinition): void {
    const name = definition.metadata.name ?? ''
    if (this.#watched.has(name)) return
    const resource = `${definition.spec.group}/${definition.spec.names.plural}`
    const release = () => {
      if (this.#store.list(resource).length === 0) this.#release(name).catch(this.#onError)
    }
    const unsubscribe = this.#store.subscribe(resource, this.#store.revision(), release)
    this.#watched.set(name, unsubscribe === 'expired' ? () => undefined : unsubscribe)
    const instances = this.#store.list(resource)
    const begun = instances.length === 0 ? Promise.resolve() : this.#tell(name)
    begun
      .then(() => Promise.all(instances.map(({ key }: StoredObject) => this.#remove?.(definition, key.namespace, key.name))))
      .then(release)
      .catch(this.#onError)
  }

  /** Says in its status that a definition's instances are going. */
  async #tell(name: string): Promise<void> {
    await this.#store.write({ resource: DEFINITIONS, namespace: '', name }, (current) => {
      const definition = current?.object as k8s.CustomResourceDefinition | undefined
      if (definition?.status === undefined) return { kind: 'unchanged' }
      const condition = {
        type: 'Terminating',
        status: 'True',
        lastTransitionTime: secondTime(this.#clock()),
        reason: 'InstanceDeletionInProgress',
        message: 'CustomResource deletion is in progress'
      }
      const conditions = [...(definition.status.conditions ?? []).filter(({ type }) => type !== 'Terminating'), condition]
      return { kind: 'put', object: { ...definition, status: { ...definition.status, conditions } } as KubeObject }
    })
  }

  /** Nothing is left: the definition may go, unless somebody else holds it. */
  async #release(name: string): Promise<void> {
    await this.#store.write({ resource: DEFINITIONS, namespace: '', name }, (current) => {
      if (current === undefined) return { kind: 'unchanged' }
      const { finalizers = [], ...metadata } = current.object.metadata
      const left = finalizers.filter((finalizer) => finalizer !== CLEANUP_FINALIZER)
      if (left.length === finalizers.length) return { kind: 'unchanged' }
      const object = { ...current.object, metadata: { ...metadata, ...(left.length === 0 ? {} : { finalizers: left }) } }
      return left.length === 0 ? { kind: 'delete', last: object } : { kind: 'put', object }
    })
  }

  /** Stops following. */
  stop(): void {
    for (const unsubscribe of this.#watched.values()) unsubscribe()
    this.#watched.clear()
  }
}
