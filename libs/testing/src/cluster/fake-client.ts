import { apiVersionOf, keyOf, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import {
  equalJson,
  secondTime,
  type DeleteOptions,
  type KubeClient,
  type ListOptions,
  type ObjectList,
  type Patch,
  type RawRequest,
  type RawResponse,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions
} from '@knative-ts/kube'
import { namespaces } from '@knative-ts/api/kubernetes'
import { deletion, isHeld, orphansOf } from './deletion.ts'
import type { Write } from './fake-cluster.ts'
import type { Faults } from './faults.ts'
import type { ObjectTable } from './object-table.ts'
import { patched } from './patching.ts'
import { resourceOf } from './resources.ts'
import { refusal } from './status.ts'
import { tableWatch, type OpenWatch } from './table-watch.ts'

/** What a fake client works on. */
export interface FakeState {
  readonly table: ObjectTable
  readonly faults: Faults
  readonly watches: Set<OpenWatch>
  readonly writes: Write[]
  readonly garbageCollection: boolean
  readonly now: () => number
}

type Content = Record<string, unknown>

/** KubeClient over an ObjectTable. Copies what goes in and what comes out. */
export class FakeClient implements KubeClient {
  readonly #state: FakeState
  #serial = 0

  constructor(state: FakeState) {
    this.#state = state
  }

  async get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Promise<T> {
    this.#state.faults.check('get', resource, key)
    return structuredClone(this.#existing(resource, key)) as T
  }

  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    this.#state.faults.check('list', resource, { namespace: options.namespace ?? '', name: '' })
    const all = this.#state.table.select(resource, options)
    const from = Number(options.continue ?? 0)
    const until = from + (options.limit ?? all.length)
    const items = structuredClone(all.slice(from, until)) as T[]
    return { items, resourceVersion: String(this.#state.table.version), ...(until < all.length ? { continue: String(until) } : {}) }
  }

  async create<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    const { name, generateName } = object.metadata
    const metadata = { ...object.metadata, name: name ?? `${generateName ?? ''}${(++this.#serial).toString(36).padStart(5, 'x')}` }
    const content = { ...structuredClone(object), apiVersion: apiVersionOf(resource), kind: resource.kind, metadata }
    return this.#write('create', resource, keyOf(content), { body: structuredClone(object), options }, () => {
      if (this.#state.table.get(resource, keyOf(content)) !== undefined) throw refusal('AlreadyExists', resource, keyOf(content))
      if (metadata.resourceVersion !== undefined)
        throw refusal('BadRequest', resource, keyOf(content), 'resourceVersion should not be set on objects to be created')
      return this.stamped(content)
    })
  }

  async update<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#write('update', resource, keyOf(object), { body: structuredClone(object), options }, (current) =>
      this.#specWritten(resource, current, object)
    )
  }

  async updateStatus<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#write(
      'updateStatus',
      resource,
      keyOf(object),
      { body: structuredClone(object), subresource: 'status', options },
      (current) => this.#statusWritten(resource, current, object)
    )
  }

  async patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: Patch,
    options: WriteOptions & { readonly subresource?: string } = {}
  ): Promise<T> {
    const body = patch.type === 'json' ? patch.operations : patch.body
    const { subresource } = options
    return this.#write(
      'patch',
      resource,
      key,
      { body: structuredClone(body), options, ...(subresource === undefined ? {} : { subresource }) },
      (current) => {
        if (current === undefined && patch.type === 'apply') return this.stamped(structuredClone(body) as KubeObject)
        if (current === undefined) throw refusal('NotFound', resource, key)
        if (subresource === 'scale') return this.#scaled(resource, current, patch)
        const next = patched(current, patch) as KubeObject
        return subresource === 'status' ? this.#statusWritten(resource, current, next) : this.#specWritten(resource, current, next)
      }
    )
  }

  async delete(resource: Resource, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    const note = (effective: boolean): number => this.#state.writes.push({ verb: 'delete', resource, key, body: options, effective })
    try {
      this.#state.faults.check('delete', resource, key)
      const current = this.#existing(resource, key)
      const { uid, resourceVersion } = options.preconditions ?? {}
      if (
        (uid ?? current.metadata.uid) !== current.metadata.uid ||
        (resourceVersion ?? current.metadata.resourceVersion) !== current.metadata.resourceVersion
      ) {
        throw refusal('Conflict', resource, key)
      }
      const left = deletion(current, options, secondTime(this.#state.now()))
      if (left === undefined) this.#removed(resource, current)
      else this.#state.table.put(resource, left)
    } catch (error) {
      note(false)
      throw error
    }
    note(true)
  }

  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>> {
    this.#state.faults.check('watch', resource, { namespace: options.namespace ?? '', name: '' })
    return tableWatch(this.#state.table, resource, options, this.#state.watches)
  }

  /** Only what no typed call can do: `PUT /api/v1/namespaces/NAME/finalize`. Everything else is 404. */
  async raw(request: RawRequest): Promise<RawResponse> {
    const name = /^\/api\/v1\/namespaces\/([^/]+)\/finalize$/.exec(request.path)?.[1]
    const current = name === undefined ? undefined : this.#state.table.get(namespaces, { namespace: '', name })
    if (request.method !== 'PUT' || current === undefined)
      return { status: 404, headers: {}, body: '{"kind":"Status","reason":"NotFound","code":404}' }
    const next = { ...current, spec: (JSON.parse(String(request.body)) as { spec: object }).spec } as KubeObject & {
      spec: { finalizers?: string[] }
    }
    if (current.metadata.deletionTimestamp !== undefined && (next.spec.finalizers ?? []).length === 0) this.#removed(namespaces, current)
    else this.#state.table.put(namespaces, next)
    return { status: 200, headers: {}, body: JSON.stringify(next) }
  }

  /** The object with what a server fills in at creation, where it is missing. */
  stamped(object: KubeObject): KubeObject {
    const uid = object.metadata.uid ?? `00000000-0000-4000-8000-${String(++this.#serial).padStart(12, '0')}`
    const generation = 'spec' in object ? { generation: object.metadata.generation ?? 1 } : {}
    return {
      ...object,
      metadata: {
        ...object.metadata,
        uid,
        creationTimestamp: object.metadata.creationTimestamp ?? secondTime(this.#state.now()),
        ...generation
      }
    }
  }

  async #write<T extends KubeObject>(
    verb: Write['verb'],
    resource: Resource<T>,
    key: ObjectKey,
    write: { readonly body: unknown; readonly subresource?: string; readonly options: WriteOptions },
    next: (current: KubeObject | undefined) => KubeObject
  ): Promise<T> {
    const { options, ...noted } = write
    const { table, writes, faults } = this.#state
    const before = table.version
    try {
      faults.check(verb, resource, key)
      const result = next(table.get(resource, key))
      if (options.dryRun === true) return structuredClone(result) as T
      const { deletionTimestamp, deletionGracePeriodSeconds } = result.metadata
      const graceful = result.kind === 'Pod' && deletionGracePeriodSeconds !== 0
      const gone = deletionTimestamp !== undefined && !isHeld(result) && !graceful
      if (gone) this.#removed(resource, result)
      const stored = gone ? result : table.put(resource, result)
      writes.push({ verb, resource, key, ...noted, effective: table.version !== before })
      return structuredClone(stored) as T
    } catch (error) {
      writes.push({ verb, resource, key, ...noted, effective: false })
      throw error
    }
  }

  #existing(resource: Resource, key: ObjectKey): KubeObject {
    const found = this.#state.table.get(resource, key)
    if (found === undefined) throw refusal('NotFound', resource, key)
    return found
  }

  #fresh(resource: Resource, current: KubeObject | undefined, sent: KubeObject): KubeObject {
    if (current === undefined) throw refusal('NotFound', resource, keyOf(sent))
    const { resourceVersion, uid } = sent.metadata
    const stale = resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion
    if (stale || (uid !== undefined && uid !== current.metadata.uid)) throw refusal('Conflict', resource, keyOf(sent))
    return current
  }

  #specWritten(resource: Resource, found: KubeObject | undefined, sent: KubeObject): KubeObject {
    const current = this.#fresh(resource, found, sent)
    const { uid, creationTimestamp, deletionTimestamp, generation, resourceVersion } = current.metadata
    const status = (current as KubeObject & { status?: unknown }).status
    const next: Content = { ...structuredClone(sent), apiVersion: current.apiVersion, kind: current.kind }
    if (status === undefined) delete next['status']
    else next['status'] = status
    const changed = !equalJson(specOf(current), specOf(next as unknown as KubeObject))
    const kept = {
      uid,
      creationTimestamp,
      deletionTimestamp,
      resourceVersion,
      generation: generation === undefined || !changed ? generation : generation + 1
    }
    next['metadata'] = { ...sent.metadata, ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) }
    return next as unknown as KubeObject
  }

  #statusWritten(resource: Resource, found: KubeObject | undefined, sent: KubeObject): KubeObject {
    const current = this.#fresh(resource, found, sent)
    return { ...current, status: structuredClone((sent as KubeObject & { status?: unknown }).status) } as KubeObject
  }

  /** The patch speaks of a Scale: of the object it can change the replicas alone. */
  #scaled(resource: Resource, current: KubeObject, patch: Patch): KubeObject {
    const { spec } = current as KubeObject & { spec?: { replicas?: number } }
    const scale = patched({ spec: { replicas: spec?.replicas ?? 1 } }, patch) as { spec?: { replicas?: number } }
    return this.#specWritten(resource, current, { ...current, spec: { ...spec, replicas: scale.spec?.replicas } } as KubeObject)
  }

  #removed(resource: Resource, object: KubeObject): void {
    this.#state.table.remove(resource, keyOf(object))
    if (!this.#state.garbageCollection) return
    for (const orphan of orphansOf(object, this.#state.table.all())) this.#removed(resourceOf(orphan), orphan)
  }
}

function specOf(object: KubeObject): Content {
  const { metadata: _m, status: _s, ...content } = object as KubeObject & { status?: unknown }
  return content
}
