/** Fields that nobody owns: identity and what only the server sets; and what an endpoint does not write. */
import { fromFieldsV1 } from './fields-v1.ts'
import type { FieldSet } from './field-set.ts'
import { recursiveDifference } from './field-set.ts'

const META_NAMES = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion'
]

/** `metadata` itself is nobody's, yet labels and annotations in it are owned: so this is subtracted path by path. */
const SERVER_FIELDS = fromFieldsV1({
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': { '.': {}, ...Object.fromEntries(META_NAMES.map((name) => [`f:${name}`, {}])) }
})

/** A set without some top-level fields and what lies below them. */
export function without(set: FieldSet, names: readonly string[]): FieldSet {
  const members = new Set(set.members)
  const children = new Map(set.children)
  for (const name of names) {
    members.delete(`f:${name}`)
    children.delete(`f:${name}`)
  }
  return { members, children }
}

/** What may stand in managedFields: everything but the server's fields. */
export function ownable(set: FieldSet): FieldSet {
  const members = new Set(set.members)
  const children = new Map(set.children)
  const meta = children.get('f:metadata')
  const serverMeta = SERVER_FIELDS.children.get('f:metadata')
  if (meta !== undefined && serverMeta !== undefined) {
    const rest = recursiveDifference(meta, serverMeta)
    if (rest.members.size === 0 && rest.children.size === 0) children.delete('f:metadata')
    else children.set('f:metadata', rest)
  }
  for (const element of SERVER_FIELDS.members) members.delete(element)
  return { members, children }
}
