/**
 * Strategic merge patch (`k8s.io/apimachinery/pkg/util/strategicpatch`): lists merge by the keys that the schema names, and directives in the
 * patch delete, replace, retain and order. Built-in kinds only; custom ones have no merge keys.
 */
import { memberSchema } from '../schema/children.ts'
import { copyJson, equalJson, isObject, member, setMember, type JsonObject } from '../schema/json.ts'
import type { Schema } from '../schema/schema.ts'
import { inOrder, sameBy, type SameItem } from './element-order.ts'
import { goText, goTypeOf, noGoMap } from '../schema/go-text.ts'
import { failed, malformed, patched, type PatchResult } from './patch-result.ts'

const ORDER = '$setElementOrder/'
const DELETE_ITEMS = '$deleteFromPrimitiveList/'
const RETAIN = '$retainKeys'
const DIRECTIVE = '$patch'

/** `bad`: 400, the patch breaks the format. Otherwise a plain 500, as the reference answers. */
class StrategicError extends Error {
  readonly bad: boolean

  constructor(message: string, bad: boolean) {
    super(message)
    this.bad = bad
  }
}

/** Merges the parsed body into a copy of the object. */
export function applyStrategicMerge(schema: Schema, object: unknown, patch: unknown): PatchResult {
  if (patch === null) return patched(copyJson(object))
  if (!isObject(patch)) return malformed(noGoMap(patch))
  try {
    return patched(mergeMap(schema, isObject(object) ? copyJson(object) : {}, copyJson(patch)))
  } catch (error) {
    if (!(error instanceof StrategicError)) throw error
    return error.bad ? malformed(error.message) : failed(error.message)
  }
}

function mergeMap(schema: Schema, original: JsonObject, patch: JsonObject): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return replaceByDirective(patch)
  retainKeys(original, patch)
  orderLists(schema, original, patch)
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_ITEMS)) {
      deleteItems(original, key.slice(DELETE_ITEMS.length), value)
      continue
    }
    if (value === null) {
      delete original[key]
      continue
    }
    setMember(original, key, mergeMember(memberSchema(schema, key) ?? {}, member(original, key), value))
  }
  return original
}

function mergeMember(schema: Schema, original: unknown, patch: unknown): unknown {
  const strategies = (schema['x-kubernetes-patch-strategy'] ?? '').split(',')
  if (isObject(original) && isObject(patch))
    return strategies.includes('replace') ? withoutDirectives(patch) : mergeMap(schema, original, patch)
  if (Array.isArray(original) && Array.isArray(patch) && strategies.includes('merge')) return mergeList(schema, original, patch)
  return withoutDirectives(patch)
}

function replaceByDirective(patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: directive, ...rest } = patch
  if (directive === 'replace') return withoutDirectives(rest) as JsonObject
  if (directive === 'delete') return {}
  throw new StrategicError(`unknown patch type: ${String(directive)} in map: ${goText(patch)}`, false)
}

function retainKeys(original: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, RETAIN)) return
  const keys = patch[RETAIN]
  delete patch[RETAIN]
  const isKept = Array.isArray(keys) ? (key: string) => keys.includes(key) : () => false
  const strays = Object.keys(patch).filter(
    (key) => patch[key] !== null && !key.startsWith(ORDER) && !key.startsWith(DELETE_ITEMS) && !isKept(key)
  )
  if (!Array.isArray(keys) || strays.length > 0) throw new StrategicError('invalid patch format of retainKeys', true)
  for (const key of Object.keys(original)) if (!isKept(key)) delete original[key]
}

/** Lists with a `$setElementOrder` are merged here, in one step with their order, and leave the patch. */
function orderLists(schema: Schema, original: JsonObject, patch: JsonObject): void {
  for (const directive of Object.keys(patch).filter((key) => key.startsWith(ORDER.slice(0, -1)))) {
    const key = directive.slice(ORDER.length)
    const wanted = patch[directive]
    delete patch[directive]
    if (!Array.isArray(wanted)) throw new StrategicError(`expected a []interface {}, but received a ${goTypeOf(wanted)}`, false)
    checkOrder(wanted, member(patch, key), sameBy((memberSchema(schema, key) ?? {})['x-kubernetes-patch-merge-key']))
    const before = member(original, key)
    const change = member(patch, key)
    if (!Array.isArray(before) && !Array.isArray(change)) continue
    const list = memberSchema(schema, key) ?? {}
    const server = Array.isArray(before) ? [...(before as unknown[])] : []
    deleteItems(original, key, patch[DELETE_ITEMS + key] ?? [])
    const merged = change === undefined ? member(original, key) : mergeMember(list, member(original, key), change)
    delete patch[key]
    delete patch[DELETE_ITEMS + key]
    if (Array.isArray(merged)) setMember(original, key, inOrder(merged, wanted, server, sameBy(list['x-kubernetes-patch-merge-key'])))
    else delete original[key]
  }
}

/** What is patched must come in the order that is asked for. */
function checkOrder(wanted: readonly unknown[], patch: unknown, same: SameItem): void {
  if (!Array.isArray(patch)) return
  let at = 0
  for (const item of patch) {
    if (isObject(item) && Object.hasOwn(item, DIRECTIVE)) continue
    while (at < wanted.length && !same(wanted[at], item)) at++
    if (at === wanted.length)
      throw new StrategicError(
        `The order in patch list:\n${goText(patch)}\n doesn't match $setElementOrder list:\n${goText(wanted)}\n`,
        false
      )
    at++
  }
}

function deleteItems(original: JsonObject, key: string, items: unknown): void {
  if (!Array.isArray(items)) return
  const list = member(original, key)
  if (Array.isArray(list)) {
    setMember(
      original,
      key,
      list.filter((one) => !items.some((item) => equalJson(item, one)))
    )
  }
}

function mergeList(schema: Schema, original: unknown[], patch: unknown[]): unknown[] {
  const isMaps = [...original, ...patch].some(isObject)
  if (!isMaps) {
    const fresh = patch.filter(
      (item, index) => !original.some((one) => equalJson(one, item)) && patch.findIndex((one) => equalJson(one, item)) === index
    )
    return inOrder([...original, ...fresh], patch, original, sameBy(undefined))
  }
  if (original.length > 0 && patch.length > 0 && ![...original, ...patch].every(isObject))
    throw new StrategicError(`list element types are not identical: ${goText([original, patch])}`, false)
  const mergeKey = schema['x-kubernetes-patch-merge-key']
  if (mergeKey === undefined || ![...original, ...patch].every(isObject)) {
    throw new StrategicError(`cannot merge lists without merge key for ${schema.items?.type ?? 'list'}`, false)
  }
  return mergeMaps(schema.items ?? {}, mergeKey, original as JsonObject[], patch as JsonObject[])
}

function mergeMaps(items: Schema, mergeKey: string, original: JsonObject[], patch: JsonObject[]): unknown[] {
  const plain = patch.filter((item) => !Object.hasOwn(item, DIRECTIVE))
  const special = patch.filter((item) => Object.hasOwn(item, DIRECTIVE))
  const keyOf = (item: JsonObject): unknown => {
    if (Object.hasOwn(item, mergeKey)) return item[mergeKey]
    throw new StrategicError(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`, false)
  }
  let kept = original
  for (const item of special) {
    if (item[DIRECTIVE] === 'replace') return withoutDirectives(plain) as unknown[]
    if (item[DIRECTIVE] === 'merge') throw new StrategicError('merging lists cannot yet be specified in the patch', false)
    if (item[DIRECTIVE] !== 'delete')
      throw new StrategicError(`unknown patch type: ${String(item[DIRECTIVE])} in map: ${goText(item)}`, false)
    const key = keyOf(item)
    kept = kept.filter((one) => !equalJson(one[mergeKey], key))
  }
  const merged = [...kept]
  for (const item of plain) {
    const key = keyOf(item)
    const index = merged.findIndex((one) => equalJson(one[mergeKey], key))
    if (index < 0) merged.push(withoutDirectives(item) as JsonObject)
    else merged[index] = mergeMap(items, merged[index] ?? {}, item)
  }
  return inOrder(merged, plain, original, sameBy(mergeKey))
}

/** A patch value taken as it is: directives have done their work, nulls have nothing to delete. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !(isObject(item) && Object.hasOwn(item, DIRECTIVE))).map(withoutDirectives)
  if (!isObject(value)) return value
  const out: JsonObject = {}
  for (const [key, inner] of Object.entries(value)) {
    const isDirective = key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER) || key.startsWith(DELETE_ITEMS)
    if (!isDirective && inner !== null) setMember(out, key, withoutDirectives(inner))
  }
  return out
}
