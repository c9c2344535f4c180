/**
 * JSON Patch (RFC 6902) as Kubernetes' library (evanphx/json-patch v4) reads it. It is laxer than the RFC in two places: `replace` of a missing
 * member adds it, and `test` of a missing member against null holds. rfc6902 and fast-json-patch follow the RFC, so this is our own.
 */
import { goJsonKind } from '../schema/go-text.ts'
import { copyJson, equalJson, isObject, setMember } from '../schema/json.ts'
import { malformed, patched, unfitting, type PatchResult } from './patch-result.ts'

const MAX_OPERATIONS = 10_000

/** Its message is the library's, which only admission webhooks get to see. */
class Unfitting extends Error {}

/** Applies the operations in order; `operations` is the parsed body, of any shape. */
export function applyJsonPatch(object: unknown, operations: unknown): PatchResult {
  if (operations === null) return patched(copyJson(object))
  const problem = shapeProblem(operations)
  if (problem !== undefined || !isOperations(operations)) return malformed(`error decoding patch: json: cannot unmarshal ${problem}`)
  if (operations.length > MAX_OPERATIONS) {
    const message = `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`
    return { kind: 'refused', code: 413, reason: 'RequestEntityTooLarge', message }
  }
  const root = { document: copyJson(object), copied: 0 }
  try {
    for (const operation of operations) apply(root, operation)
  } catch (error) {
    if (error instanceof Unfitting) return unfitting(error.message)
    throw error
  }
  return patched(root.document)
}

type Operation = Readonly<Record<string, unknown>>

const isOperations = (value: unknown): value is readonly Operation[] => Array.isArray(value) && value.every(isObject)

/** What Go's decoder says of a body that is no list of operations; undefined when it is one. */
function shapeProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return `${goJsonKind(value)} into Go value of type []handlers.jsonPatchOp`
  for (const operation of value as unknown[]) {
    if (!isObject(operation)) return `${goJsonKind(operation)} into Go value of type handlers.jsonPatchOp`
    for (const name of ['op', 'path', 'from']) {
      const word = operation[name]
      if (word !== undefined && word !== null && typeof word !== 'string')
        return `${goJsonKind(word)} into Go struct field jsonPatchOp.${name} of type string`
    }
  }
  return undefined
}

const MEMBERS = ['op', 'path', 'from', 'value']

/** Members of operations that none has, as Kubernetes warns of them. */
export const unknownMembers = (operations: unknown): string[] =>
  isOperations(operations)
    ? operations.flatMap((operation, index) =>
        Object.keys(operation)
          .filter((key) => !MEMBERS.includes(key))
          .map((key) => `json patch unknown field ${JSON.stringify(`[${index}].${key}`)}`)
      )
    : []

/** Copies may add up to the size of a request, so that a small patch makes no huge object. */
const COPIED_BYTES = 3 * 1024 * 1024

interface Root {
  document: unknown
  copied: number
}

function apply(root: Root, operation: Operation): void {
  const { document } = root
  if (operation['op'] === 'replace' && operation['path'] === '') {
    if (!isObject(operation['value'])) throw new Unfitting('the whole document is no object')
    root.document = copyJson(operation['value'])
    return
  }
  const { op, path, from } = operation
  switch (op) {
    case 'add':
      return within(
        `add operation does not apply: doc is missing path: "${String(path)}": missing value`,
        `add for path: '${String(path)}'`,
        locate(document, path),
        (place) => add(place, copyJson(operation['value'] ?? null))
      )
    case 'remove':
      return within(
        `remove operation does not apply: doc is missing path: "${String(path)}": missing value`,
        `remove for path: '${String(path)}'`,
        locate(document, path),
        remove
      )
    case 'replace':
      return within(
        `replace operation does not apply: doc is missing path: ${String(path)}: missing value`,
        `replace for path: '${String(path)}'`,
        locate(document, path),
        (place) => replace(place, copyJson(operation['value'] ?? null))
      )
    case 'move': {
      const source = locate(document, from)
      const missing = `move operation does not apply: doc is missing from path: ${String(from)}: missing value`
      const value = source && read(source)
      if (source === undefined || value === undefined) throw new Unfitting(missing)
      remove(source)
      return within(
        `move operation does not apply: doc is missing destination path: ${String(path)}: missing value`,
        `move for path: '${String(path)}'`,
        locate(document, path),
        (place) => add(place, value)
      )
    }
    case 'copy': {
      const source = locate(document, from)
      if (source === undefined)
        throw new Unfitting(`copy operation does not apply: doc is missing from path: ${String(from)}: missing value`)
      // A copy of what is missing is null.
      const value = read(source) ?? null
      root.copied += JSON.stringify(value).length
      if (root.copied > COPIED_BYTES) throw new Unfitting(`copies add up to more than ${COPIED_BYTES} bytes`)
      return within(
        `copy operation does not apply: doc is missing destination path: ${String(path)}: missing value`,
        `copy for path: '${String(path)}'`,
        locate(document, path),
        (place) => add(place, copyJson(value))
      )
    }
    case 'test': {
      const place = locate(document, path)
      if (place === undefined) throw new Unfitting(`test operation does not apply: is missing path: ${String(path)}: missing value`)
      if (equalJson(read(place) ?? null, operation['value'] ?? null)) return
      throw new Unfitting(`testing value ${String(path)} failed: test failed`)
    }
    default:
      throw new Unfitting(`Unexpected kind: ${String(op)}`)
  }
}

/** Does `work` at a place that must be there, with the place in what it throws. */
function within(missing: string, what: string, place: Place | undefined, work: (place: Place) => void): void {
  if (place === undefined) throw new Unfitting(missing)
  try {
    work(place)
  } catch (error) {
    if (error instanceof Unfitting) throw new Unfitting(`error in ${what}: ${error.message}`)
    throw error
  }
}

interface Place {
  readonly parent: Record<string, unknown> | unknown[]
  readonly key: string
}

/** The parent of a JSON pointer's target; undefined where there is none. What stands before its first slash does not count; the whole document is no target here. */
function locate(document: unknown, pointer: unknown): Place | undefined {
  if (typeof pointer !== 'string' || !pointer.includes('/')) return undefined
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  let parent: unknown = document
  for (const key of keys.slice(0, -1)) parent = isObject(parent) || Array.isArray(parent) ? read({ parent, key }) : undefined
  return isObject(parent) || Array.isArray(parent) ? { parent, key: keys.at(-1) ?? '' } : undefined
}

/** An index of an existing item; negative ones count from the end. */
function indexIn(length: number, key: string): number {
  if (!/^-?\d+$/.test(key))
    throw new Unfitting(`value was not a proper array index: '${key}': strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`)
  const index = Number(key) < 0 ? Number(key) + length : Number(key)
  if (index < 0 || index >= length) throw new Unfitting(`Unable to access invalid index: ${key}: invalid index referenced`)
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
  else throw new Unfitting(`Unable to remove nonexistent key: ${key}: missing value`)
}
