/** Field ownership of writes that are no applies: create, update, and the other patches. */
import type { KubeObject } from '@knative-ts/api'
import { hasZeros } from '../schema/children.ts'
import { writeZeros } from '../schema/defaults.ts'
import { copyJson, equalJson, isObject, type JsonObject } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { capOwners, ownerKey, readOwners, writeOwners, type Owner, type Owners } from './managers.ts'
import { dispossess, updated, type Writer } from './ownership.ts'
import { isEmpty } from './field-set.ts'

export interface Update extends Writer {
  readonly schema: Schema
  /** The stored object; undefined when it is created. */
  readonly before: KubeObject | undefined
  /** The object as it will be stored, with the managedFields that the client sent. */
  readonly after: KubeObject
  readonly operation: 'Update'
}

/**
 * The managedFields of the object after the write; undefined when they are not tracked (the client emptied them, or they were empty before).
 * Fields that the write changed belong to the writer alone. A write that changes nothing leaves the entries as they are.
 */
export function trackUpdate(update: Update): unknown[] | undefined {
  const { schema, before, after } = update
  const owners = ownersBefore(before, after)
  if (owners === undefined || (before !== undefined && owners.size === 0)) return undefined
  const writer: Omit<Owner, 'set'> = {
    manager: update.manager,
    operation: 'Update',
    apiVersion: update.apiVersion,
    subresource: update.subresource,
    time: update.now
  }
  const key = ownerKey({ ...writer })
  const had = owners.get(key)
  const { changes, set } = updated(schema, comparable(schema, before), comparable(schema, after), update, had)
  dispossess(owners, key, changes)
  if (isEmpty(set)) owners.delete(key)
  else owners.set(key, had !== undefined && isEmpty(changes.added) && isEmpty(changes.modified) ? { ...had, set } : { ...writer, set })
  capOwners(owners)
  const written = writeOwners(owners)
  return written.length === 0 ? undefined : written
}

/**
 * The owners to start from: those that the client sent, unless it sent none or nonsense. `[]` or one empty entry resets ownership: then
 * undefined.
 */
function ownersBefore(before: KubeObject | undefined, after: KubeObject): Owners | undefined {
  const sent = after.metadata.managedFields
  const isReset = Array.isArray(sent) && (sent.length === 0 || (sent.length === 1 && equalJson(sent[0], {})))
  if (isReset && before !== undefined) return undefined
  const stored = before?.metadata.managedFields
  // Nearly always the client sends what it read.
  const own = isReset || (stored !== undefined && equalJson(sent, stored)) ? undefined : readOwners(sent)
  return own !== undefined && own.size > 0 ? own : (readOwners(stored, 'stored') ?? new Map<string, Owner>())
}

/** An object as a Go server compares it: structs that are always written do not appear or vanish. Where there are none, parts of it are the object's own. */
export function comparable(schema: Schema, object: KubeObject | undefined): JsonObject {
  const { managedFields: _, ...metadata } = object?.metadata ?? {}
  if (!hasZeros(schema)) return { ...object, metadata }
  const value: unknown = copyJson({ ...object, metadata })
  writeZeros(schema, value)
  return isObject(value) ? value : {}
}
