/**
 * The port to durable storage of objects. One writer process. Every acknowledged write survives `kill -9` and the loss of every byte
 * that was not synced. Reads never see a write that is not durable yet.
 */
import type { KubeObject } from '@knative-ts/api'

/** Storage knows resources by `group/plural` (`pods` is `/pods`), objects by namespace ('' when cluster-scoped) and name. */
export interface StoreKey {
  readonly resource: string
  readonly namespace: string
  readonly name: string
}

/** One committed state of an object. `object` is frozen by contract; `json` is its serialised form. */
export interface StoredObject {
  readonly key: StoreKey
  readonly revision: number
  readonly object: KubeObject
  readonly json: string
  /** Length of `json`, without looking at it. */
  readonly size: number
}

/** What happened to an object at `revision`. `before` is the state it replaced. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly revision: number
  /** The new state; for DELETED the last state, carrying the revision of the deletion. */
  readonly current: StoredObject
  readonly before?: StoredObject
}

/** What a write wants: `put` a new state (the store stamps metadata.resourceVersion), `delete`, or leave as it is. */
export type WriteDecision =
  | { readonly kind: 'put'; readonly object: KubeObject }
  | { readonly kind: 'delete'; readonly last?: KubeObject }
  | { readonly kind: 'unchanged' }

export interface ObjectStore {
  /** Revision of the last durable write. */
  revision(): number
  /** Oldest revision (exclusive) that a subscription may start from. */
  oldestRevision(): number
  get(key: StoreKey): StoredObject | undefined
  /** Durable objects of a resource, all namespaces or one, sorted by namespace then name. The array is a stable snapshot. */
  list(resource: string, namespace?: string): readonly StoredObject[]
  /** The durable state as of an older revision still in the history window; undefined when it is too old (410). */
  listAt(revision: number, resource: string, namespace?: string): readonly StoredObject[] | undefined
  /**
   * Runs `decide` at once, synchronously, against the newest state (writes that are still being synced included), then resolves when
   * the outcome is durable: with the new state, the last state of a deleted object, or the unchanged one. What `decide` throws rejects.
   * `revision` is the one that this write will carry, should it change anything. Where storage fails, rejects with a StoreError.
   */
  write(key: StoreKey, decide: (current: StoredObject | undefined, revision: number) => WriteDecision): Promise<StoredObject | undefined>
  /**
   * Delivers events after `since`, in order, each batch after it is durable. Returns the unsubscriber.
   * `since` older than the window: returns 'expired'.
   */
  subscribe(resource: string, since: number, listener: (events: readonly StoreEvent[]) => void): (() => void) | 'expired'
  close(): Promise<void>
}
