/** The JSON form of field sets: `{"f:data":{".":{},"f:a":{}}}`. */
import { isObject, setMember, type JsonObject } from '../schema/json.ts'
import { FieldSetBuilder, type FieldSet } from './field-set.ts'

/** The form that a set was read from: what nobody has taken anything from is not written anew. */
const forms = new WeakMap<FieldSet, JsonObject>()

/** Writes a set; members sorted, so that equal sets give equal text. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const form = forms.get(set)
  if (form !== undefined) return form
  const out: JsonObject = {}
  for (const element of [...new Set([...set.members, ...set.children.keys()])].sort()) {
    const child = set.children.get(element)
    const below = child === undefined ? {} : toFieldsV1(child)
    setMember(out, element, child !== undefined && set.members.has(element) ? { '.': {}, ...below } : below)
  }
  return out
}

/** Reads what {@link toFieldsV1} wrote, and remembers it. */
export function fromStoredFields(fields: unknown): FieldSet {
  const set = fromFieldsV1(fields)
  if (isObject(fields)) forms.set(set, fields)
  return set
}

/** Reads a set; anything that is no field set reads as the part of it that is one. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const root = new FieldSetBuilder()
  read(fields, root)
  return root.build()
}

function read(fields: unknown, into: FieldSetBuilder): void {
  if (!isObject(fields)) return
  for (const [element, below] of Object.entries(fields)) {
    if (!/^[fkvi]:/.test(element) || !isObject(below)) continue
    const keys = Object.keys(below)
    if (keys.length === 0 || keys.includes('.')) into.members.add(element)
    if (keys.length > 0) read(below, into.below(element))
  }
}
