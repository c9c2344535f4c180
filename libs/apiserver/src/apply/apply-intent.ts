/** Server-side apply: `k8s.io/apimachinery/pkg/util/managedfields` over structured-merge-diff. */
import { isObject } from '../schema/json.ts'
import type { KubeObject } from '@knative-ts/api'
import { copyJson, equalJson } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { compare } from './compare.ts'
import { conflictCauses, conflictMessage, conflictsOf } from './conflict-text.ts'
import type { Cause } from '../http/errors.ts'
import { difference, EMPTY, intersection, isEmpty, union, type FieldSet } from './field-set.ts'
import { fieldsOf, withNamedParents } from './fields-of.ts'
import { ownable, without } from './ignored.ts'
import { LAST_APPLIED, lastAppliedFields, lastAppliedText } from './last-applied.ts'
import { ownerKey, readOwners, writeOwners, type Owner, type Owners } from './managers.ts'
import { mergeIntent } from './merge.ts'
import { conflicts, dispossess, notWritten, updated, type Writer } from './ownership.ts'
import { removeFields } from './remove.ts'
import { comparable } from './track-update.ts'
import { typeProblems } from './typed.ts'

export interface Intent extends Writer {
  readonly schema: Schema
  /** The stored object; undefined when the apply creates it. */
  readonly live: KubeObject | undefined
  /** What the client applies: only the fields that it cares for. */
  readonly intent: KubeObject
  readonly force: boolean
}

/**
 * `applied`: the merged object with its new managedFields, before defaults, admission and validation; equal to the live one when nothing changes.
 * `conflict`: a 409, others own fields with other values. `invalid`: a 500 without a reason, the intent does not fit the schema.
 */
export type ApplyResult =
  | { readonly kind: 'applied'; readonly object: KubeObject }
  | { readonly kind: 'conflict'; readonly message: string; readonly conflicts: readonly Cause[] }
  | { readonly kind: 'invalid'; readonly message: string }

/** Owner of everything that was there before the first apply. */
const BEFORE_FIRST_APPLY = 'before-first-apply'

/** Applies an intent. Neither object is changed. */
export function applyIntent(request: Intent): ApplyResult {
  const { schema, intent, live } = request
  const problems = typeProblems(schema, intent)
  if (problems !== undefined) return { kind: 'invalid', message: `failed to create typed patch object (${nameOf(intent)}): ${problems}` }
  const { managedFields, ...metadata } = live?.metadata ?? {}
  const plain: KubeObject = live === undefined ? emptyLike(intent) : { ...live, metadata }
  const owners = readOwners(managedFields) ?? new Map<string, Owner>()
  if (live !== undefined && owners.size === 0) claimAll(owners, request, plain)
  const result = merge(request, plain, owners)
  if (result.kind !== 'merged') return result
  const object = remember(request, plain, result.object)
  const written = writeOwners(result.owners)
  return {
    kind: 'applied',
    object: written.length === 0 ? object : { ...object, metadata: { ...object.metadata, managedFields: written } }
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

function nameOf(intent: KubeObject): string {
  const [group, version] = intent.apiVersion.includes('/') ? intent.apiVersion.split('/', 2) : ['', intent.apiVersion]
  const { namespace, name } = (isObject(intent.metadata) ? intent.metadata : {}) as Readonly<Record<string, unknown>>
  return `${text(namespace)}/${text(name)}; ${group}/${version}, Kind=${intent.kind}`
}

const emptyLike = (intent: KubeObject): KubeObject => ({ apiVersion: intent.apiVersion, kind: intent.kind, metadata: {} })

/** An object whose fields nobody owns is first given to an owner of its own, so that the first apply takes over only what it names. */
function claimAll(owners: Owners, request: Intent, plain: KubeObject): void {
  const writer = { ...request, manager: BEFORE_FIRST_APPLY }
  const { set } = updated(request.schema, comparable(request.schema, undefined), comparable(request.schema, plain), writer, undefined)
  const owner: Owner = {
    manager: BEFORE_FIRST_APPLY,
    operation: 'Update',
    apiVersion: request.apiVersion,
    subresource: '',
    time: request.now,
    set
  }
  owners.set(ownerKey(owner), owner)
}

type Merged = { readonly kind: 'merged'; readonly object: KubeObject; readonly owners: Owners } | Exclude<ApplyResult, { kind: 'applied' }>

function merge(request: Intent, plain: KubeObject, before: Owners): Merged {
  const { schema, intent, manager, apiVersion, subresource, now } = request
  const writer = { manager, operation: 'Apply' as const, apiVersion, subresource }
  const key = ownerKey(writer)
  const owners: Owners = new Map(before)
  const had = owners.get(key)
  // The name and the like are the applier's while fields are removed, so that metadata is never taken for abandoned.
  const set = without(fieldsOf(schema, intent), notWritten(schema, request))
  owners.set(key, { ...writer, ...(had?.time === undefined ? {} : { time: had.time }), set })

  const merged = mergeIntent(schema, plain, withoutIgnored(intent, request))
  const object = prune(schema, merged, owners, had?.set ?? EMPTY) as KubeObject
  const changes = compare(schema, comparable(schema, plain), comparable(schema, object))
  const taken = conflicts(owners, key, changes)
  if (!request.force && taken.size > 0) {
    const own = manager === 'kubectl' ? lastAppliedFields(schema, plain) : EMPTY
    const real = new Map(
      [...taken].map(([other, fields]) => [other, difference(fields, own)] as const).filter(([, fields]) => !isEmpty(fields))
    )
    const found = conflictsOf(real, owners)
    if (found.length > 0) return { kind: 'conflict', message: conflictMessage(found), conflicts: conflictCauses(found) }
  }
  dispossess(owners, key, changes)
  const isChanged = !equalJson(object, plain)
  const own = owners.get(key)
  if (own !== undefined) owners.set(key, { ...own, set: ownable(own.set), ...(isChanged ? { time: now } : {}) })
  return { kind: 'merged', object: isChanged ? object : copyJson(plain), owners }
}

/** The intent without what its endpoint does not write. */
function withoutIgnored(intent: KubeObject, request: Intent): object {
  const ignored = notWritten(request.schema, request)
  const kept = Object.entries(intent).filter(([key]) => !ignored.includes(key) || key === 'apiVersion' || key === 'kind')
  return Object.fromEntries(kept)
}

/**
 * Removes what this applier applied last time, does not apply now, and nobody else owns. In three steps, as the reference: take out everything
 * applied last time with the structs around it; put back what any owner holds; put back what was never the applier's.
 */
function prune(schema: Schema, merged: unknown, owners: Owners, last: FieldSet): unknown {
  if (isEmpty(last)) return merged
  const full = (set: FieldSet) => withNamedParents(schema, set)
  const whole = full(fieldsOf(schema, merged))
  const bare = removeFields(schema, merged, full(last)) ?? {}
  const owned = [...owners.values()].reduce((all, owner) => union(all, owner.set), EMPTY)
  const restored = removeFields(schema, merged, difference(whole, union(full(fieldsOf(schema, bare)), full(owned)))) ?? {}
  const gone = intersection(difference(whole, full(fieldsOf(schema, restored))), full(last))
  return removeFields(schema, merged, gone) ?? {}
}

/** Keeps the annotation of client-side applies in step, for a user who goes back to them. */
function remember(request: Intent, plain: KubeObject, object: KubeObject): KubeObject {
  if (
    request.manager !== 'kubectl' ||
    plain.metadata.annotations?.[LAST_APPLIED] === undefined ||
    object.metadata.annotations === undefined
  )
    return object
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations
  const text = lastAppliedText(request.intent)
  return {
    ...object,
    metadata: { ...object.metadata, annotations: text === undefined ? annotations : { ...annotations, [LAST_APPLIED]: text } }
  }
}
