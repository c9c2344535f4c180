import { keyOf, keyText, parseKey, type KubeObject, type Resource } from '@knative-ts/api'
import type { KubeClient, Selection } from './client.ts'
import { cacheView, changesBetween, IndexedCache, type IndexFunction } from './indexed-cache.ts'
import type { Change, Informer } from './informer.ts'
import { stderrLog } from './log.ts'
import { reflect, type ReflectorOptions } from './reflector.ts'
import { SharedTexts } from './shared-texts.ts'

export interface SharedInformerOptions<T extends KubeObject> extends ReflectorOptions {
  /** What is kept of each object; all of it unless told. */
  readonly trim?: (object: T) => T
}

/** Of all informers: objects of one kind name those of another. */
const texts = new SharedTexts()

/** Another object: that of the client may be the server's own. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (object.metadata.managedFields === undefined) return object
  const { managedFields: _dropped, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** One watch and one cache for any number of consumers, each with its own listeners and index names. */
export class SharedInformer<T extends KubeObject> {
  readonly #client: KubeClient
  readonly #resource: Resource<T>
  readonly #selection: Selection
  readonly #options: SharedInformerOptions<T>
  readonly #cache = new IndexedCache<T>()
  readonly #listeners = new Set<(change: Change<T>) => void>()
  readonly #firstList = Promise.withResolvers<void>()
  #synced = false
  #started = false

  constructor(client: KubeClient, resource: Resource<T>, selection: Selection, options: SharedInformerOptions<T>) {
    this.#client = client
    this.#resource = resource
    this.#selection = selection
    this.#options = options
  }

  /** Starts once; later calls change nothing. */
  start(signal: AbortSignal): void {
    if (this.#started) return
    this.#started = true
    const { trim: given = (object: T) => object, managedFields } = this.#options
    const trim = managedFields === 'dropped' ? (object: T) => texts.within(given(withoutManagedFields(object))) : given
    const target = {
      replace: (items: readonly T[]) => this.#replace(items.map(trim)),
      apply: ({ type, object }: { type: string; object: T }) => this.#apply({ type, object: trim(object) })
    }
    void reflect(this.#client, this.#resource, this.#selection, target, signal, this.#options)
  }

  synced(): Promise<void> {
    return this.#firstList.promise
  }

  /** What one consumer sees. */
  view(indexes: Readonly<Record<string, IndexFunction<T>>>): Informer<T> {
    return {
      resource: this.#resource,
      cache: cacheView(this.#cache, indexes),
      onChange: (listener) => this.#listen(listener),
      synced: () => this.synced(),
      hasSynced: () => this.#synced
    }
  }

  #listen(listener: (change: Change<T>) => void): () => void {
    // A wrapper of its own, so that one function may listen twice and leave once.
    const entry = (change: Change<T>): void => this.#tell(listener, change)
    for (const object of this.#cache.list()) entry({ after: object })
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  #replace(items: readonly T[]): void {
    const gone = new Set(this.#cache.keys())
    for (const item of items) {
      gone.delete(keyText(keyOf(item)))
      this.#publish(this.#cache.put(item), item)
    }
    for (const name of gone) this.#publish(this.#cache.remove(parseKey(name)), undefined)
    this.#synced = true
    this.#firstList.resolve()
  }

  #apply(event: { type: string; object: T }): void {
    if (event.type === 'DELETED') {
      const before = this.#cache.remove(keyOf(event.object))
      // The last state that the server knew, not the last one seen: finalizers and times in it are the newest.
      if (before !== undefined) this.#publish(event.object, undefined)
    } else this.#publish(this.#cache.put(event.object), event.object)
  }

  #publish(before: T | undefined, after: T | undefined): void {
    for (const change of changesBetween(before, after)) for (const listener of this.#listeners) listener(change)
  }

  #tell(listener: (change: Change<T>) => void, change: Change<T>): void {
    try {
      listener(change)
    } catch (error) {
      const key = keyText(keyOf((change.after ?? change.before) as T))
      const log = this.#options.log ?? stderrLog
      log.error({ resource: this.#resource.plural, key, error }, 'a listener of the informer threw')
    }
  }
}
