/** The last step of every update: generation, no-op detection, and deletion of what nothing holds any more. */
import type { KubeObject, ObjectMeta } from '@knative-ts/api'
import { rulesFor } from '../builtin/rules.ts'
import type { WriteDecision } from '../store/object-store.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call } from './call.ts'
import { sameJson } from './same-json.ts'

type Loose = KubeObject & Readonly<Record<string, unknown>>

/** Whether a change of `object` counts in metadata.generation: spec for built-in kinds that count, all but metadata and status for custom ones. */
function countsAsChange(type: ResourceType, object: KubeObject, before: KubeObject): boolean {
  const { generation } = rulesFor(type)
  if (generation === undefined) return false
  if (generation === 'spec') return !sameJson((object as Loose)['spec'], (before as Loose)['spec'])
  const hasStatus = type.subresources.has('status')
  const rest = ({ metadata: _metadata, apiVersion: _version, status, ...others }: Loose) => (hasStatus ? others : { ...others, status })
  return !sameJson(rest(object as Loose), rest(before as Loose))
}

/** Whether nothing but the clock in managedFields differs. */
function isNoOp(object: KubeObject, before: KubeObject): boolean {
  const { managedFields: mine, resourceVersion: _mine, ...metadata } = object.metadata
  const { managedFields: theirs, resourceVersion: _theirs, ...old } = before.metadata
  if (!sameJson(metadata, old)) return false
  const { metadata: _a, ...rest } = object as Loose
  const { metadata: _b, ...oldRest } = before as Loose
  return sameJson(rest, oldRest) && sameJson(timeless(mine), timeless(theirs))
}

const timeless = (entries: ObjectMeta['managedFields']) =>
  (entries ?? []).map((entry) => {
    const { time: _time, ...rest } = entry as Readonly<Record<string, unknown>>
    return rest
  })

/** Whether an object that was asked to leave is held by nothing any more. */
export function mayGo(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata
  if (deletionTimestamp === undefined || (finalizers ?? []).length > 0) return false
  const held = ((object as Loose)['spec'] as { finalizers?: readonly string[] } | undefined)?.finalizers
  if (object.kind === 'Namespace' && (held ?? []).length > 0) return false
  return (deletionGracePeriodSeconds ?? 0) === 0
}

/** What the store shall do with an update. */
export function settle(call: Call, object: KubeObject, before: KubeObject): WriteDecision {
  if (mayGo(object)) return { kind: 'delete', last: object }
  if (isNoOp(object, before)) return { kind: 'unchanged' }
  // Where a pod runs is no change of what is wanted.
  if (call.subresource !== 'binding' && countsAsChange(call.type, object, before))
    object.metadata.generation = (before.metadata.generation ?? 0) + 1
  return { kind: 'put', object }
}
