/** GET with `watch=true`: where it starts, and which events a watcher sees. How they are written is the transport's (`watch-stream.ts`). */
import type { KubeObject } from '@knative-ts/api'
import type { Status } from '@knative-ts/kube'
import { storageOf } from '../builtin/rules.ts'
import {
  expired,
  forbiddenField,
  futureVersion,
  goQuoted,
  invalidOptions,
  plainFailure,
  unsupportedValue,
  type Cause
} from '../http/errors.ts'
import { booleanOf } from '../http/query.ts'
import type { StoredObject, StoreEvent } from '../store/object-store.ts'
import type { Call, World } from './call.ts'
import { versionProblem } from './resource-version.ts'
import type { Selection } from './selection.ts'
import { needsWebhook, shownObject } from './versions.ts'
import { ConvertedTelling, type See } from './watch-converted.ts'

export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** What a watcher is told, in order. `end` is the last word. */
export interface WatchListener {
  event(type: WatchType, stored: StoredObject): void
  bookmark(revision: number, initialEventsEnd: boolean): void
  error(status: Status): void
  /** Called after each batch, so that a transport may write once. */
  flush(): void
  /** The watch is over, by itself. */
  end?(): void
}

/** How a watch begins. */
export interface WatchStart {
  /** 'now': the present state first; otherwise events after this revision. */
  readonly from: 'now' | number
  readonly initialEventsEnd: boolean
  /** The present state must have reached this revision. */
  readonly atLeast?: number
}

/** Reads the options. Throws 422 and 500 before anything is streamed. */
export function watchStartOf(query: URLSearchParams): WatchStart {
  const initial = query.has('sendInitialEvents') ? booleanOf(query, 'sendInitialEvents') : undefined
  const match = query.get('resourceVersionMatch') ?? ''
  const version = query.get('resourceVersion') ?? ''
  const causes: Cause[] = []
  const field = 'resourceVersionMatch'
  if (match !== '') {
    if (initial === undefined)
      causes.push(forbiddenField(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
    if (match !== 'NotOlderThan') {
      if (initial !== undefined) causes.push(forbiddenField(field, MUST_MATCH))
      causes.push(unsupportedValue(field, match, ['NotOlderThan']))
    }
  } else if (initial !== undefined) causes.push(forbiddenField(field, MUST_MATCH))
  if (query.get('continue')) causes.push(forbiddenField(field, 'resourceVersionMatch is forbidden when continue is provided'))
  if (causes.length > 0) throw invalidOptions('ListOptions', causes)
  const problem = version === '' ? undefined : versionProblem(version)
  if (problem !== undefined) throw plainFailure(`resourceVersion: Invalid value: ${goQuoted(version)}: ${problem}`)
  const revision = Number(version)
  const from = initial === true || (revision === 0 && initial === undefined) ? 'now' : revision
  // Who asks for no bookmarks does not get this one either.
  const initialEventsEnd = initial === true && booleanOf(query, 'allowWatchBookmarks')
  return { from, initialEventsEnd, ...(initial === true && revision > 0 ? { atLeast: revision } : {}) }
}

const MUST_MATCH = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'

/** A watch that goes on. */
export interface Watching {
  stop(): void
  /** The revision up to which the listener has heard everything: what a bookmark may say. */
  revision(): number
}

/** Starts a watch; the listener may be called before this returns. Returns undefined when the watch ended with an error. */
export function watch(world: World, call: Call, start: WatchStart, selection: Selection, listener: WatchListener): Watching | undefined {
  const resource = storageOf(call.type)
  if (start.atLeast !== undefined && start.atLeast > world.store.revision()) {
    listener.error(futureVersion(String(start.atLeast), world.store.revision()).status)
    listener.flush()
    return undefined
  }
  const telling = needsWebhook(call.type) ? new ConvertedTelling(world, call, listener) : undefined
  const see = seer(call, selection)
  const since = start.from === 'now' || start.from === 0 ? world.store.revision() : start.from
  if (start.from === 'now') {
    const stored = world.store.list(resource, selection.namespace)
    const matches = (one: StoredObject) => selection.matches === undefined || selection.matches(shownObject(call.type, one))
    const then = () => (start.initialEventsEnd ? listener.bookmark(since, true) : undefined)
    if (telling === undefined) {
      for (const one of stored) if (matches(one)) listener.event('ADDED', one)
      then()
      listener.flush()
    } else telling.tellAll(stored, matches, then)
  }
  const oldest = Math.max(world.store.oldestRevision(), world.firstRevision())
  const hear = (events: readonly StoreEvent[]) => {
    if (telling !== undefined) return telling.tell(events, see)
    for (const event of events) for (const [type, stored] of see(event)) listener.event(type, stored)
    listener.flush()
  }
  const unsubscribe = since < oldest ? 'expired' : world.store.subscribe(resource, since, hear)
  if (unsubscribe !== 'expired') {
    const stop = () => {
      telling?.end()
      unsubscribe()
    }
    return { stop, revision: () => telling?.revision() ?? world.store.revision() }
  }
  listener.error(expired(`too old resource version: ${since} (${oldest})`).status)
  listener.flush()
  return undefined
}

const NOTHING: ReturnType<See> = []

/** Turns a change of the store into what a watcher with this selection sees: objects enter and leave its view. */
function seer(call: Call, { namespace, matches }: Selection): See {
  return (event) => {
    const { type, current, before } = event
    if (namespace !== undefined && current.key.namespace !== namespace) return NOTHING
    if (matches === undefined) return [[type, current]]
    const was = before !== undefined && matches(shownObject(call.type, before))
    const is = type !== 'DELETED' && matches(shownObject(call.type, current))
    if (type === 'DELETED' ? was || matches(shownObject(call.type, current)) : !is && was) {
      return [['DELETED', type === 'DELETED' ? current : lastSeen(before ?? current, event.revision)]]
    }
    return is ? [[was ? 'MODIFIED' : 'ADDED', current]] : NOTHING
  }
}

/** The state that left the view, carrying the revision at which it left. */
function lastSeen(before: StoredObject, revision: number): StoredObject {
  const object: KubeObject = { ...before.object, metadata: { ...before.object.metadata, resourceVersion: String(revision) } }
  const json = JSON.stringify(object)
  return { key: before.key, revision, object, json, size: json.length }
}
