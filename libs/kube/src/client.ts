/**
 * What every reconciler and role asks of a Kubernetes API server. Two implementations: over HTTPS (`connect`), and inside the
 * process that embeds the server. All methods reject with {@link ApiError} when the server answers with a Status.
 */
import type { KubeObject, ObjectKey, Resource } from '@knative-ts/api'

/** Which objects a list or a watch is about. Selectors in Kubernetes' text form. */
export interface Selection {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /**
   * What is read of each object: all unless told. `ownership`: nothing but its kind and, of its metadata, names, uid, version, owners, finalizers and the time of
   * its deletion. A client that cannot tell reads all.
   */
  readonly part?: 'ownership'
}

/** A page of a list, at a version where one is named (Kubernetes API concepts, "Resource versions"). */
export interface ListOptions extends Selection {
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan'
}

/** A page of a list; `continue` is there when more follow. */
export interface ObjectList<T extends KubeObject> {
  readonly items: T[]
  readonly resourceVersion: string
  readonly continue?: string
}

/** `dryRun` has the server check and answer without storing. */
export interface WriteOptions {
  readonly fieldManager?: string
  readonly dryRun?: boolean
}

/** A patch in one of the four forms. `apply` is server-side apply; its body is the full intent. */
export type Patch =
  | { readonly type: 'json'; readonly operations: readonly JsonPatchOperation[] }
  | { readonly type: 'merge'; readonly body: unknown }
  | { readonly type: 'strategic'; readonly body: unknown }
  | { readonly type: 'apply'; readonly body: unknown; readonly force?: boolean }

/** One operation of RFC 6902. */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

/** What happens to dependents, how long pods get (seconds), and what must still be true of the object. */
export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/** A watch of everything after `resourceVersion`, until `signal` aborts. */
export interface WatchOptions extends Selection {
  readonly resourceVersion: string
  readonly signal: AbortSignal
}

/** BOOKMARK carries only a resource version. An ERROR event of the server is thrown as ApiError, not yielded. */
export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

/** A call outside the typed ones (discovery, pods/log, token requests). `path` starts with a slash and may carry a query. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

/** An answer as it came, whatever its status. */
export interface RawResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The API server, typed by {@link Resource}. Objects that come back belong to the caller. */
export interface KubeClient {
  get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Promise<T>
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ObjectList<T>>
  create<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>
  /** Fails with 409 Conflict when the object's resourceVersion is stale. */
  update<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>
  updateStatus<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: Patch,
    options?: WriteOptions & { readonly subresource?: string }
  ): Promise<T>
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions): Promise<void>
  /** Ends (returns) when the server closes the stream in good order; throws on a broken connection or an ERROR event. */
  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>>
  raw(request: RawRequest): Promise<RawResponse>
}
