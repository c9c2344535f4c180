/** A KubeClient inside the server's own process: the same handlers below the transport, no TLS, no HTTP. */
import { apiVersionOf, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import {
  ApiError,
  type DeleteOptions,
  type KubeClient,
  type ListOptions,
  type ObjectList,
  type Patch,
  type RawRequest,
  type RawResponse,
  type Selection,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions
} from '@knative-ts/kube'
import type { Attributes } from '../auth/attributes.ts'
import { forbiddenMessage } from '../auth/attributes.ts'
import type { User } from '../auth/user.ts'
import { ByteQueue } from '../http/byte-queue.ts'
import { checkKind } from '../http/body.ts'
import { failure, noSuchPath } from '../http/errors.ts'
import type { ServerParts } from '../http/server-parts.ts'
import { apply } from '../requests/apply.ts'
import type { Call, Shown } from '../requests/call.ts'
import { create } from '../requests/create.ts'
import { remove } from '../requests/delete.ts'
import { get } from '../requests/get.ts'
import { list } from '../requests/list.ts'
import { PATCH_TYPES, patchObject } from '../requests/patch.ts'
import { put } from '../requests/put.ts'
import { selectionOf } from '../requests/selection.ts'
import { convertAll, ownershipOf, shownObject } from '../requests/versions.ts'
import { watch } from '../requests/watch.ts'
import { updateScale, type Scale } from '../requests/scale.ts'
import { patched } from '../requests/patch.ts'
import { callRaw } from './raw-call.ts'

const BOOKMARK_MS = 10_000
/** Events that a reader may be behind before its watch breaks: it lists again. */
const MOST_PENDING = 50_000

/** Objects that reads return are shared with the store: frozen by contract, as with any informer's cache. */
export class InProcessClient implements KubeClient {
  readonly #parts: ServerParts
  readonly #user: User
  readonly #manager: string

  constructor(parts: ServerParts, user: User, manager: string) {
    this.#parts = parts
    this.#user = user
    this.#manager = manager
  }

  async get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Promise<T> {
    const { world } = this.#parts
    return (await world.conversions.with(() => get(world, this.#call(resource, 'get', key)))).object as T
  }

  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const call = this.#call(resource, 'list', { namespace: options.namespace ?? '', name: '' })
    const query = queryOf(options)
    const { world } = this.#parts
    const [page, items] = await world.conversions.with(() => {
      const found = list(world, call, query, selectionOf(world, call, query))
      if (options.part !== 'ownership') convertAll(call.type, found.items)
      const read = readerOf(options)
      return [found, found.items.map((stored) => read(call.type, stored) as T)]
    })
    return { items, resourceVersion: page.resourceVersion, ...(page.continue === undefined ? {} : { continue: page.continue }) }
  }

  async create<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    const call = this.#writing(resource, 'create', { namespace: object.metadata.namespace ?? '', name: '' }, options)
    return (await create(this.#parts.world, call, bodyOf(call, object))).object as T
  }

  async update<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#put(resource, object, '', options)
  }

  async updateStatus<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#put(resource, object, 'status', options)
  }

  async #put<T extends KubeObject>(resource: Resource<T>, object: T, subresource: string, options: WriteOptions): Promise<T> {
    const key = { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' }
    const call = this.#writing(resource, 'update', key, options, subresource)
    return (await put(this.#parts.world, call, bodyOf(call, object))).shown.object as T
  }

  async patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: Patch,
    options: WriteOptions & { readonly subresource?: string } = {}
  ): Promise<T> {
    const call = this.#writing(resource, 'patch', key, options, options.subresource ?? '')
    const { world } = this.#parts
    if (patch.type === 'apply')
      return (await apply(world, call, { value: plain(patch.body), repeated: [] }, patch.force === true)).shown.object as T
    const body = plain(patch.type === 'json' ? patch.operations : patch.body)
    const shown: Shown =
      call.subresource === 'scale'
        ? await updateScale(world, call, (scale) => patched(call, PATCH_TYPES[patch.type], body, scale) as Scale)
        : await patchObject(world, call, PATCH_TYPES[patch.type], body)
    return shown.object as T
  }

  async delete(resource: Resource, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    await remove(this.#parts.world, this.#writing(resource, 'delete', key, {}), options)
  }

  async *watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>> {
    const { world } = this.#parts
    const call = this.#call(resource, 'watch', { namespace: options.namespace ?? '', name: '' })
    const selection = selectionOf(world, call, queryOf(options))
    const read = readerOf(options)
    const queue = new ByteQueue<WatchEvent<T> | ApiError>()
    let pending = 0
    const push = (event: WatchEvent<T> | ApiError) => {
      if (++pending > MOST_PENDING) queue.end()
      else queue.push(event)
    }
    const watching = watch(world, call, { from: Number(options.resourceVersion), initialEventsEnd: false }, selection, {
      event: (type, stored) => push({ type, object: read(call.type, stored) as T }),
      bookmark: (revision) => push({ type: 'BOOKMARK', resourceVersion: String(revision) }),
      error: (status) => push(new ApiError(status)),
      flush: () => undefined
    })
    const end = () => queue.end()
    const ticking = setInterval(
      () => push({ type: 'BOOKMARK', resourceVersion: String(watching?.revision() ?? world.store.revision()) }),
      BOOKMARK_MS
    )
    ticking.unref()
    for (const signal of [options.signal, this.#parts.closing]) {
      if (signal.aborted) end()
      signal.addEventListener('abort', end)
    }
    try {
      for await (const event of queue) {
        pending--
        if (event instanceof ApiError) throw event
        if (options.signal.aborted) return
        yield event
      }
    } finally {
      watching?.stop()
      clearInterval(ticking)
      for (const signal of [options.signal, this.#parts.closing]) signal.removeEventListener('abort', end)
    }
  }

  raw(request: RawRequest): Promise<RawResponse> {
    return callRaw(this.#parts, this.#user, request)
  }

  #call(resource: Resource, verb: string, key: ObjectKey, subresource = ''): Call {
    const { group, version, plural } = resource
    const type = this.#parts.world.registry.lookup(group, version, plural)
    const attributes: Attributes = { verb, group, resource: plural, subresource, namespace: key.namespace, name: key.name }
    const { allowed, reason } = this.#parts.authorizer.authorize(this.#user, attributes)
    if (!allowed) {
      const details = { ...(key.name === '' ? {} : { name: key.name }), ...(group === '' ? {} : { group }), kind: plural }
      throw failure(403, 'Forbidden', forbiddenMessage(this.#user, attributes, reason), details)
    }
    if (type === undefined || (subresource !== '' && !type.subresources.has(subresource))) throw noSuchPath()
    return {
      type,
      user: this.#user,
      namespace: type.namespaced ? key.namespace : '',
      name: key.name,
      subresource,
      dryRun: false,
      manager: this.#manager,
      validation: 'Ignore',
      warn: () => undefined
    }
  }

  #writing(resource: Resource, verb: string, key: ObjectKey, options: WriteOptions, subresource = ''): Call {
    const call = this.#call(resource, verb, key, subresource)
    return { ...call, dryRun: options.dryRun === true, manager: options.fieldManager ?? this.#manager }
  }
}

const readerOf = ({ part }: Selection) => (part === 'ownership' ? ownershipOf : shownObject)

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null')

/** The caller's object stays the caller's: what follows changes its copy in place. */
function bodyOf(call: Call, object: KubeObject): KubeObject {
  const copy = plain({
    ...object,
    apiVersion: object.apiVersion ?? apiVersionOf(call.type),
    kind: object.kind ?? call.type.kind
  }) as KubeObject
  return checkKind(copy, call.type)
}

function queryOf(options: ListOptions): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch'] as const) {
    const value = options[name]
    if (value !== undefined) query.set(name, String(value))
  }
  return query
}
