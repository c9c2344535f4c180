import { keyOf, type KubeObject, type Resource } from '@knative-ts/api'
import { isAlreadyExists } from './api-error.ts'
import type { KubeClient } from './client.ts'
import { containsJson } from './equal-json.ts'
import { controllerRefOf, isControlledBy } from './ownership.ts'

/** What `applyOwned` did. `taken`: an object of that name exists and another owner, or none, controls it; nothing was written. */
export type Applied<T> = { readonly action: 'created' | 'updated' | 'unchanged' | 'taken'; readonly object: T }

/** A child as it should be, as it is, and who owns it. */
export interface ApplyOwnedOptions<T extends KubeObject> {
  readonly client: KubeClient
  readonly resource: Resource<T>
  readonly owner: KubeObject
  readonly ownerResource: Resource
  /** As the cache has it; undefined when it is not there. */
  readonly current: T | undefined
  /** The child without owner references. `status` is never written. */
  readonly desired: T
  /** The object to write when `current` must change; undefined when it is as it should be. Default: see {@link mergedChild}. */
  readonly merge?: (current: T, desired: T) => T | undefined
}

/** Creates or updates a child that `owner` controls. Rejects with ApiError, a Conflict when `current` is stale. */
export async function applyOwned<T extends KubeObject>(options: ApplyOwnedOptions<T>): Promise<Applied<T>> {
  const { client, resource, owner, ownerResource, desired, merge = mergedChild } = options
  let current = options.current
  if (current === undefined) {
    const metadata = { ...desired.metadata, ownerReferences: [controllerRefOf(owner, ownerResource)] }
    try {
      return { action: 'created', object: await client.create(resource, { ...desired, metadata }) }
    } catch (error) {
      // Written by an earlier pass that this cache has not seen yet, or by somebody else.
      if (!isAlreadyExists(error)) throw error
      current = await client.get(resource, keyOf(desired))
    }
  }
  if (!isControlledBy(current, owner)) return { action: 'taken', object: current }
  const merged = merge(current, desired)
  if (merged === undefined) return { action: 'unchanged', object: current }
  return { action: 'updated', object: await client.update(resource, merged) }
}

/**
 * `current` with the labels, annotations and every other top-level member (spec, data, ...) of `desired`; undefined when `current`
 * already says all that. Labels and annotations of others stay.
 */
function mergedChild<T extends KubeObject>(current: T, desired: T): T | undefined {
  const { metadata, status: _never, ...content } = desired as T & { status?: unknown }
  const wanted = { labels: metadata.labels, annotations: metadata.annotations }
  if (containsJson(current.metadata, wanted) && containsJson(current, content)) return undefined
  return {
    ...current,
    ...content,
    metadata: {
      ...current.metadata,
      ...(metadata.labels === undefined ? {} : { labels: { ...current.metadata.labels, ...metadata.labels } }),
      ...(metadata.annotations === undefined ? {} : { annotations: { ...current.metadata.annotations, ...metadata.annotations } })
    }
  } as T
}
