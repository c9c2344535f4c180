import { keyOf, keyText, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { isNotFound } from '../api-error.ts'
import type { KubeClient, Patch, WriteOptions } from '../client.ts'
import type { Informer } from '../informer.ts'
import { isNewer } from '../is-newer.ts'

/** An own write older than this that the watch never showed was overtaken by a deletion. */
const forgetAfterMs = 10_000

/**
 * One kind of object, read from the cache and written through the API, such that a pass reads what earlier passes of this process wrote
 * even before the watch has delivered it. So no pass creates twice, or writes from a copy that its own process has replaced.
 */
export class Kept<T extends KubeObject> {
  readonly informer: Informer<T>
  readonly #client: KubeClient
  readonly #written = new Map<string, { readonly object: T; readonly at: number }>()
  /** Uids of objects whose end the watch has shown while answers were on their way: an answer that tells of one comes too late. */
  readonly #ended = new Set<string>()
  #onTheirWay = 0

  constructor(client: KubeClient, informer: Informer<T>) {
    this.#client = client
    this.informer = informer
    informer.onChange(({ before, after }) => this.#seen(before, after))
  }

  get resource(): Resource<T> {
    return this.informer.resource
  }

  get(key: ObjectKey): T | undefined {
    const cached = this.informer.cache.get(key)
    const own = this.#own(keyText(key))
    return own !== undefined && (cached === undefined || isNewer(own, cached)) ? own : cached
  }

  list(namespace?: string): readonly T[] {
    return this.#fresh(this.informer.cache.list(namespace))
  }

  /** What the cache has filed under `value`, in its newest form; objects that the watch has not shown yet are not among them. */
  byIndex(index: string, value: string): readonly T[] {
    return this.#fresh(this.informer.cache.byIndex(index, value))
  }

  async create(object: T): Promise<T> {
    return this.#answered(this.#client.create(this.resource, object))
  }

  async update(object: T): Promise<T> {
    return this.#answered(this.#client.update(this.resource, object))
  }

  async patch(key: ObjectKey, patch: Patch, options?: WriteOptions & { readonly subresource?: string }): Promise<T> {
    return this.#answered(this.#client.patch(this.resource, key, patch, options))
  }

  /** Reads past the cache, for a name that somebody has taken. */
  async fetch(key: ObjectKey): Promise<T> {
    return this.#answered(this.#client.get(this.resource, key))
  }

  /** Deletes this very object (by uid); one that is gone already is no error. */
  async delete(object: T): Promise<void> {
    const { uid } = object.metadata
    this.#written.delete(keyText(keyOf(object)))
    try {
      await this.#client.delete(this.resource, keyOf(object), uid === undefined ? {} : { preconditions: { uid } })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  async #answered(asked: Promise<T>): Promise<T> {
    this.#onTheirWay++
    try {
      const object = await asked
      if (!this.#ended.has(object.metadata.uid ?? '')) this.#remember(object)
      return object
    } finally {
      if (--this.#onTheirWay === 0) this.#ended.clear()
    }
  }

  #remember(object: T): void {
    const key = keyText(keyOf(object))
    // The last finalizer went: the object is no more, and the watch may have said so before this answer came.
    if (object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0) {
      this.#written.delete(key)
      return
    }
    const cached = this.informer.cache.get(keyOf(object))
    if (cached === undefined || isNewer(object, cached)) this.#written.set(key, { object, at: Date.now() })
  }

  #own(key: string): T | undefined {
    const own = this.#written.get(key)
    if (own === undefined || Date.now() - own.at < forgetAfterMs) return own?.object
    this.#written.delete(key)
    return undefined
  }

  #seen(before: T | undefined, after: T | undefined): void {
    const object = after ?? before
    if (object === undefined) return
    if (after === undefined && this.#onTheirWay > 0) this.#ended.add(object.metadata.uid ?? '')
    const key = keyText(keyOf(object))
    const own = this.#written.get(key)?.object
    if (own === undefined) return
    const gone = after === undefined && before?.metadata.uid === own.metadata.uid
    if (gone || (after !== undefined && !isNewer(own, after))) this.#written.delete(key)
  }

  #fresh(objects: readonly T[]): readonly T[] {
    return this.#written.size === 0 ? objects : objects.map((object) => this.get(keyOf(object)) ?? object)
  }
}
