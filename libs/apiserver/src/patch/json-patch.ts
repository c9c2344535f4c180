/**
 * JSON Patch (RFC 6902) as Kubernetes' library (evanphx/json-patch v4) reads it. It is laxer than the RFC in two places: `replace` of a missing
 * member adds it, and `test` of a missing member against null holds. rfc6902 and fast-json-patch follow the RFC, so this is our own.
 */
import { copyJson, equalJson, isObject, setMember } from '../schema/json.ts'
import { malformed, patched, unfitting, type PatchResult } from './patch-result.ts'

const MAX_OPERATIONS = 10_000

class Unfitting extends Error {}

/** Applies the operations in order; `operations` is the parsed body, of any shape. */
export function applyJsonPatch(object: unknown, operations: unknown): PatchResult {
  if (!Array.isArray(operations)) return malformed('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  if (!operations.every(isObject)) return malformed('json: cannot unmarshal array into Go value of type jsonpatch.Operation')
  if (operations.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`
    return { kind: 'refused', code: 413, reason: 'RequestEntityTooLarge', message }
  }
  const root = { document: copyJson(object) }
  try {
    for (const operation of operations) apply(root.document, operation)
  } catch (error) {
    if (error instanceof Unfitting) return unfitting()
    throw error
  }
  return patched(root.document)
}

function apply(document: unknown, operation: Record<string, unknown>): void {
  const place = locate(document, operation.path)
  switch (operation.op) {
    case 'add':
      return add(place, copyJson(operation.value ?? null))
    case 'remove':
      return remove(place)
    case 'replace':
      return replace(place, copyJson(operation.value ?? null))
    case 'move': {
      const from = locate(document, operation.from)
      const value = read(from)
      if (value === undefined) throw new Unfitting()
      remove(from)
      return add(locate(document, operation.path), value)
    }
    case 'copy': {
      const value = read(locate(document, operation.from))
      if (value === undefined) throw new Unfitting()
      return add(place, copyJson(value))
    }
    case 'test':
      if (equalJson(read(place) ?? null, operation.value ?? null)) return
      throw new Unfitting()
    default:
      throw new Unfitting()
  }
}

interface Place {
  readonly parent: Record<string, unknown> | unknown[]
  readonly key: string
}

/** The parent of a JSON pointer's target. The whole document (an empty pointer) is no target: the reference refuses it. */
function locate(document: unknown, pointer: unknown): Place {
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) throw new Unfitting()
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  let parent: unknown = document
  for (const key of keys.slice(0, -1)) parent = isObject(parent) || Array.isArray(parent) ? read({ parent, key }) : undefined
  if (!isObject(parent) && !Array.isArray(parent)) throw new Unfitting()
  return { parent, key: keys.at(-1) ?? '' }
}

/** An index of an existing item; negative ones count from the end. */
function indexIn(length: number, key: string): number {
  if (!/^-?\d+$/.test(key)) throw new Unfitting()
  const index = Number(key) < 0 ? Number(key) + length : Number(key)
  if (index < 0 || index >= length) throw new Unfitting()
  return index
}

function read({ parent, key }: Place): unknown {
  if (Array.isArray(parent)) return parent[indexIn(parent.length, key)]
  return Object.hasOwn(parent, key) ? parent[key] : undefined
}

function add({ parent, key }: Place, value: unknown): void {
  if (!Array.isArray(parent)) setMember(parent, key, value)
  else if (key === '-') parent.push(value)
  else parent.splice(indexIn(parent.length + 1, key), 0, value)
}

function replace(place: Place, value: unknown): void {
  if (Array.isArray(place.parent)) place.parent[indexIn(place.parent.length, place.key)] = value
  else setMember(place.parent, place.key, value)
}

function remove({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(indexIn(parent.length, key), 1)
  else if (Object.hasOwn(parent, key)) delete parent[key]
  else throw new Unfitting()
}
