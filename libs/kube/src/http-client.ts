import { apiVersionOf, keyOf, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import type {
  DeleteOptions,
  KubeClient,
  ListOptions,
  ObjectList,
  Patch,
  RawRequest,
  RawResponse,
  WatchEvent,
  WatchOptions,
  WriteOptions
} from './client.ts'
import { collectionPath, listQuery, objectPath, writeQuery } from './resource-path.ts'
import { apiErrorOf } from './status-of.ts'
import type { HttpAnswer, Transport } from './transport.ts'
import { watchStream } from './watch-stream.ts'

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml'
} as const

/** How often a call is repeated when the server asks for patience (429 or 503 with Retry-After), as client-go does. */
const patience = 5

/** KubeClient over HTTP. Server-side apply needs a fieldManager; `apply` without one uses the product's name. */
export class HttpKubeClient implements KubeClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Promise<T> {
    return this.#call<T>('GET', objectPath(resource, key))
  }

  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const path = collectionPath(resource, options.namespace) + listQuery(options)
    const list = await this.#call<{ items?: T[] | null; metadata: { resourceVersion: string; continue?: string } }>('GET', path)
    const items = list.items ?? []
    // Items of a list carry no apiVersion and kind on a real server; readers of one object must not care where it came from.
    for (const item of items) {
      item.apiVersion ??= apiVersionOf(resource)
      item.kind ??= resource.kind
    }
    const next = list.metadata.continue
    return { items, resourceVersion: list.metadata.resourceVersion, ...(next === undefined || next === '' ? {} : { continue: next }) }
  }

  async create<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#call<T>('POST', collectionPath(resource, object.metadata.namespace) + writeQuery(options), object)
  }

  async update<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#call<T>('PUT', objectPath(resource, keyOf(object)) + writeQuery(options), object)
  }

  async updateStatus<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#call<T>('PUT', objectPath(resource, keyOf(object), 'status') + writeQuery(options), object)
  }

  async patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: Patch,
    options: WriteOptions & { readonly subresource?: string } = {}
  ): Promise<T> {
    const apply = patch.type === 'apply'
    const fieldManager = options.fieldManager ?? (apply ? 'knative-ts' : undefined)
    const query = writeQuery({
      ...options,
      ...(fieldManager === undefined ? {} : { fieldManager }),
      ...(apply && patch.force === true ? { force: true } : {})
    })
    const body = patch.type === 'json' ? patch.operations : patch.body
    return this.#call<T>('PATCH', objectPath(resource, key, options.subresource) + query, body, patchTypes[patch.type])
  }

  async delete(resource: Resource, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    await this.#call('DELETE', objectPath(resource, key), { apiVersion: 'v1', kind: 'DeleteOptions', ...options })
  }

  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>> {
    return watchStream(this.#transport, resource, options)
  }

  async raw(request: RawRequest): Promise<RawResponse> {
    const answer = await this.#transport.call(request)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) headers[name] = String(value)
    return { status: answer.status, headers, body: answer.body }
  }

  async #call<R>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<R> {
    const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }) }
    const call = { method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#transport.call(call)
      if (answer.status < 400) return JSON.parse(answer.body) as R
      const waitMs = attempt < patience ? askedToWaitMs(answer) : undefined
      if (waitMs === undefined) throw apiErrorOf(answer.status, answer.body, `${method} ${path}`)
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}

function askedToWaitMs(answer: HttpAnswer): number | undefined {
  const seconds = Number(answer.headers['retry-after'] ?? Number.NaN)
  return (answer.status === 429 || answer.status === 503) && Number.isFinite(seconds) ? Math.min(seconds, 10) * 1000 : undefined
}
