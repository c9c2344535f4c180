/**
 * Keeps a consumer in step with one selection of one resource for as long as `signal` lets it: list, watch from there, go on after a
 * watch that ended in good order, list again after one that broke or was too old. Never gives up.
 */
import type { KubeObject, Resource } from '@knative-ts/api'
import { isExpired } from './api-error.ts'
import { delayOf, jittered, reconnectBackoff, type Backoff } from './backoff.ts'
import type { KubeClient, ObjectList, Selection, WatchEvent } from './client.ts'
import { pause, systemClock, type Clock } from './clock.ts'
import { stderrLog, type Log } from './log.ts'

/** Objects a page: what client-go's pager asks for. */
const pageSize = 500
/** A watch that ends sooner than this without an event would spin; it counts as a failure. */
const shortestWatchMs = 500

/** How a list and its watch are followed. */
export interface ReflectorOptions {
  /** Caches keep who owns which field of an object (`metadata.managedFields`), which is half of many objects. Without it, a write says nothing of it. */
  readonly managedFields?: 'kept' | 'dropped'
  readonly log?: Log
  readonly backoff?: Backoff
  readonly clock?: Clock
}

/**
 * Receives the whole state after each list, then every event of the watch, in order. One that returns a promise holds the watch back: no more of it is read until
 * then.
 */
export interface ReflectorTarget<T extends KubeObject> {
  replace(items: readonly T[]): void | Promise<void>
  apply(event: Exclude<WatchEvent<T>, { type: 'BOOKMARK' }>): void | Promise<void>
}

export async function reflect<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  selection: Selection,
  target: ReflectorTarget<T>,
  signal: AbortSignal,
  options: ReflectorOptions = {}
): Promise<void> {
  const { log = stderrLog, backoff = reconnectBackoff, clock = systemClock } = options
  let failures = 0
  let version: string | undefined
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        version = await replaceAll(client, resource, selection, target, signal)
        if (version === undefined) return
        failures = 0
      }
      const startedAt = clock.now()
      let events = 0
      for await (const event of client.watch(resource, { ...selection, resourceVersion: version, signal })) {
        events++
        failures = 0
        if (event.type === 'BOOKMARK') version = event.resourceVersion
        else {
          version = event.object.metadata.resourceVersion ?? version
          const held = target.apply(event)
          if (held !== undefined) await held
        }
      }
      if (events === 0 && clock.now() - startedAt < shortestWatchMs && !signal.aborted) throw new Error('the watch ended at once')
    } catch (error) {
      // After any break the server may be another one, restored or made anew: only a list tells.
      version = undefined
      if (signal.aborted) return
      if (isExpired(error)) {
        log.debug({ resource: resource.plural }, 'watch too old, listing again')
        if (++failures === 1) continue
      } else failures++
      const waitMs = jittered(delayOf(backoff, failures))
      if (failures === 1 || waitMs >= backoff.maxMs / 2)
        log.warn({ resource: resource.plural, error, waitMs: Math.round(waitMs) }, 'watch lost, connecting again')
      await pause(clock, waitMs, signal)
    }
  }
}

/**
 * Lists into the target; gives the version that the list has, undefined when it was aborted. A function of its own: the frame of a watch lives for hours,
 * and with it whatever its variables held last, a list of everything for one.
 */
async function replaceAll<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  selection: Selection,
  target: ReflectorTarget<T>,
  signal: AbortSignal
): Promise<string | undefined> {
  const list = await listAll(client, resource, selection)
  if (signal.aborted) return undefined
  const held = target.replace(list.items)
  if (held !== undefined) await held
  return list.resourceVersion
}

async function listAll<T extends KubeObject>(client: KubeClient, resource: Resource<T>, selection: Selection): Promise<ObjectList<T>> {
  const first = await client.list(resource, { ...selection, limit: pageSize })
  if (first.continue === undefined) return first
  const items = [...first.items]
  try {
    for (let next: string | undefined = first.continue; next !== undefined;) {
      const page: ObjectList<T> = await client.list(resource, { ...selection, limit: pageSize, continue: next })
      for (const item of page.items) items.push(item)
      next = page.continue
    }
  } catch (error) {
    // The token outlived the server's history in the middle of the list: everything at once then.
    if (isExpired(error)) return client.list(resource, selection)
    throw error
  }
  return { items, resourceVersion: first.resourceVersion }
}
