/** A live, indexed copy of one resource. Objects handed out are shared and frozen by contract: copy before changing one. */
import type { KubeObject, ObjectKey, Resource } from '@knative-ts/api'
import type { KubeClient, Selection } from './client.ts'

/** Reads from memory; never stale by more than the watch's delay. */
export interface Cache<T extends KubeObject> {
  get(key: ObjectKey): T | undefined
  list(namespace?: string): readonly T[]
  /** Objects filed under `value` by the index function named `index`. */
  byIndex(index: string, value: string): readonly T[]
}

/** `before` is undefined when added, `after` when deleted; both when changed. */
export interface Change<T extends KubeObject> {
  readonly before?: T
  readonly after?: T
}

/** One kind, followed: a cache that is kept up to date, and those who listen to its changes. */
export interface Informer<T extends KubeObject> {
  readonly resource: Resource<T>
  readonly cache: Cache<T>
  /** Called for every change from now on, after the cache has it; objects already cached are replayed as added. Returns the unsubscriber. */
  onChange(listener: (change: Change<T>) => void): () => void
  /** Resolves once the first list is in the cache. */
  synced(): Promise<void>
  hasSynced(): boolean
}

/** Which objects are followed, and what is kept of them. */
export interface InformerOptions<T extends KubeObject> extends Selection {
  /** Named index functions: the values an object is filed under. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>
  /**
   * What is kept of each object, where a consumer reads little of many: metadata must keep name, namespace, uid and resourceVersion. Such an informer is
   * shared with nobody, and what it hands out must never be written back.
   */
  readonly trim?: (object: T) => T
}

/**
 * Shares informers between the reconcilers of one process: one watch a resource and selection.
 * `informer()` may be called before `start`; later ones start at once.
 */
export interface InformerFactory {
  readonly client: KubeClient
  informer<T extends KubeObject>(resource: Resource<T>, options?: InformerOptions<T>): Informer<T>
  /** Starts all; they stop, and reconnect for ever until, `signal` aborts. Resolves when all have synced. */
  start(signal: AbortSignal): Promise<void>
}
