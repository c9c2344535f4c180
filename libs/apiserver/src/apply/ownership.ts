/** How a change moves fields between owners. */
import type { Schema } from '../schema/schema.ts'
import { compare, type Comparison } from './compare.ts'
import { difference, EMPTY, intersection, isEmpty, union, type FieldSet } from './field-set.ts'
import { ownable, without } from './ignored.ts'
import type { Owner, Owners } from './managers.ts'

/** Who writes, as managedFields name it. */
export interface Writer {
  readonly manager: string
  readonly apiVersion: string
  /** '' for the object itself. */
  readonly subresource: string
  /** RFC 3339, second precision. */
  readonly now: string
  /** Top-level fields that this endpoint does not write; by default those that {@link notWritten} says. */
  readonly notWritten?: readonly string[]
}

/** Through `/status` of built-in kinds everything but spec is written, of custom ones status alone; through other endpoints all but status. */
export function notWritten(schema: Schema, writer: Writer): readonly string[] {
  if (writer.notWritten !== undefined) return writer.notWritten
  const isBuiltin = schema['x-go-zero'] !== undefined
  if (writer.subresource === 'status' && isBuiltin) return ['spec']
  if (writer.subresource === 'status') return [...Object.keys(schema.properties ?? {}), 'spec'].filter((name) => name !== 'status')
  return isBuiltin ? ['status'] : []
}

/** What each other owner holds of the changed and added fields. */
export function conflicts(owners: Owners, writerKey: string, changes: Comparison): Map<string, FieldSet> {
  const changed = union(changes.modified, changes.added)
  const found = new Map<string, FieldSet>()
  for (const [key, owner] of owners) {
    if (key === writerKey) continue
    const shared = intersection(owner.set, changed)
    if (!isEmpty(shared)) found.set(key, shared)
  }
  return found
}

/** Takes changed and removed fields from all other owners; owners of nothing vanish. */
export function dispossess(owners: Owners, writerKey: string, changes: Comparison): void {
  const gone = union(union(changes.modified, changes.added), changes.removed)
  for (const [key, owner] of owners) if (key !== writerKey) owners.set(key, { ...owner, set: difference(owner.set, gone) })
  for (const [key, owner] of owners) if (isEmpty(owner.set)) owners.delete(key)
}

/** The fields that an update gives its writer, on top of what it had. */
export function updated(
  schema: Schema,
  before: unknown,
  after: unknown,
  writer: Writer,
  had: Owner | undefined
): { readonly changes: Comparison; readonly set: FieldSet } {
  const changes = compare(schema, before, after)
  const kept = difference(had?.set ?? EMPTY, changes.removed)
  const taken = ownable(without(union(changes.modified, changes.added), notWritten(schema, writer)))
  return { changes, set: union(kept, taken) }
}
