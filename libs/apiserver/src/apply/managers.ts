/** The owners of an object's fields: `metadata.managedFields` read, sorted, capped and written. */
import { isObject, sortedJson } from '../schema/json.ts'
import { EMPTY, isEmpty, union, type FieldSet } from './field-set.ts'
import { fromFieldsV1, fromStoredFields, toFieldsV1 } from './fields-v1.ts'

/** One entry. Appliers are one entry whatever version they applied in; updaters one a version; both one a subresource. */
export interface Owner {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource: string
  readonly time?: string
  readonly set: FieldSet
}

/** Owners by identity ({@link ownerKey}). */
export type Owners = Map<string, Owner>

export function ownerKey(owner: Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>): string {
  return sortedJson([owner.operation, owner.manager, owner.operation === 'Apply' ? '' : owner.apiVersion, owner.subresource])
}

/** Reads the entries of a list; undefined when one of them cannot be understood. `stored`: they are in the one form that {@link writeOwners} gives. */
export function readOwners(entries: unknown, stored?: 'stored'): Owners | undefined {
  const owners: Owners = new Map()
  if (entries === undefined || entries === null) return owners
  if (!Array.isArray(entries)) return undefined
  for (const entry of entries) {
    if (!isObject(entry)) return undefined
    const { manager = '', operation, apiVersion, subresource = '', time, fieldsType, fieldsV1 } = entry
    if (
      (operation !== 'Apply' && operation !== 'Update') ||
      fieldsType !== 'FieldsV1' ||
      typeof apiVersion !== 'string' ||
      apiVersion === ''
    )
      return undefined
    if (typeof manager !== 'string' || typeof subresource !== 'string') return undefined
    const owner: Owner = {
      manager,
      operation,
      apiVersion,
      subresource,
      ...(typeof time === 'string' ? { time } : {}),
      set: stored === undefined ? fromFieldsV1(fieldsV1) : fromStoredFields(fieldsV1)
    }
    owners.set(ownerKey(owner), owner)
  }
  return owners
}

/** At most this many updaters; the oldest ones are merged into one. */
const MAX_UPDATERS = 10
const ANCIENT = 'ancient-changes'

/** Whole seconds; an entry without a time is the oldest. */
const age = (owner: Owner) => (owner.time === undefined ? 0 : Math.floor(Date.parse(owner.time) / 1000))

function byAge(a: Owner, b: Owner): number {
  if (a.operation !== b.operation) return a.operation < b.operation ? -1 : 1
  if (age(a) !== age(b)) return age(a) - age(b)
  for (const part of ['manager', 'apiVersion', 'subresource'] as const) if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1
  return 0
}

/** Merges the oldest updaters while there are too many, as the reference does on updates. */
export function capOwners(owners: Owners): void {
  const updaters = [...owners.values()].filter((owner) => owner.operation === 'Update').sort(byAge)
  const excess = updaters.length > MAX_UPDATERS ? updaters.length - MAX_UPDATERS + 1 : 0
  for (const oldest of updaters.slice(0, excess)) {
    const bucket: Owner = { ...oldest, manager: ANCIENT, subresource: '' }
    const known = owners.get(ownerKey(bucket))
    owners.delete(ownerKey(oldest))
    owners.set(ownerKey(bucket), { ...bucket, set: union(known?.set ?? EMPTY, oldest.set) })
  }
}

/** The list to store, in the reference's order: appliers first, then by time; owners of nothing are left out. */
export function writeOwners(owners: Owners): object[] {
  return [...owners.values()]
    .filter((owner) => !isEmpty(owner.set))
    .sort(byAge)
    .map(({ manager, operation, apiVersion, subresource, time, set }) => ({
      manager,
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(set),
      ...(subresource === '' ? {} : { subresource })
    }))
}
