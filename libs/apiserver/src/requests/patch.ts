/** PATCH in its four forms, of an object or one of its subresources. */
import type { KubeObject } from '@knative-ts/api'
import { ApiError } from '@knative-ts/kube'
import { failure, invalidValue, unsupportedMedia } from '../http/errors.ts'
import { goText } from '../schema/go-text.ts'
import { applyJsonPatch, unknownMembers } from '../patch/json-patch.ts'
import { applyMergePatch } from '../patch/merge-patch.ts'
import type { PatchResult } from '../patch/patch-result.ts'
import { applyStrategicMerge } from '../patch/strategic-merge.ts'
import { checkKind } from '../http/body.ts'
import { copyJson, isObject, sortedJson } from '../schema/json.ts'
import type { Call, Shown, World } from './call.ts'
import { checkName, checkVersion, placeInNamespace } from './identity.ts'
import { takeIn } from './intake.ts'
import { inGoOrder } from './metadata-order.ts'
import { update } from './update.ts'

/** The content types of PATCH. */
export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml'
} as const

/** Which media types a kind's PATCH takes: custom ones have no strategic merge. */
export function patchTypesOf(call: Call): string[] {
  const { json, merge, strategic, apply } = PATCH_TYPES
  return call.type.custom === undefined ? [json, merge, strategic, apply] : [json, merge, apply]
}

/** Computes a patched value, of an object or of a Scale; throws the refusal as an ApiError. */
export function patched(call: Call, media: string, patch: unknown, value: unknown): unknown {
  const result = run(call, media, patch, value)
  if (result.kind === 'refused') throw failure(result.code, result.reason, result.message, result.code === 422 ? {} : undefined)
  return result.object
}

function run(call: Call, media: string, patch: unknown, value: unknown): PatchResult {
  if (media === PATCH_TYPES.json) return applyJsonPatch(value, patch)
  if (media === PATCH_TYPES.merge) return applyMergePatch(value, patch)
  if (media === PATCH_TYPES.strategic && call.type.custom === undefined) return applyStrategicMerge(call.type.schema, value, patch)
  throw unsupportedMedia(patchTypesOf(call))
}

/** Patches an object by one of the three forms that start from its present state. `problems`: members that the patch's text names twice. */
export function patchObject(world: World, call: Call, media: string, patch: unknown, problems: readonly string[] = []): Promise<Shown> {
  if (!patchTypesOf(call).includes(media)) throw unsupportedMedia(patchTypesOf(call))
  const warned = new Set<string>()
  const quiet: Call = {
    ...call,
    warn: (text) => {
      if (!warned.has(text)) call.warn(text)
      warned.add(text)
    }
  }
  const odd = media === PATCH_TYPES.json ? [...unknownMembers(patch), ...problems.map((one) => `json patch ${one}`)] : problems
  return update(world, quiet, (current) => {
    // A patch that names no version stands on whatever is there now.
    const before = copyJson(current)
    const value = patched(quiet, media, patch, before) as object
    let object: KubeObject
    try {
      object = checkKind(value, call.type) as KubeObject
      takeIn(quiet, object, odd)
    } catch (error) {
      if (!isUndecodable(error)) throw error
      // Taking it in pruned it: what the refusal shows is what the patch made.
      throw unfit(call, media, patch, patched(quiet, media, patch, copyJson(current)) as KubeObject, error)
    }
    checkName(quiet, object)
    placeInNamespace(quiet, object)
    checkVersion(quiet, object, current)
    return { object }
  })
}

/** A patched object that is none of its kind any more is the patch's fault: 422, with the object as it would have been, or the patch itself. */
function unfit({ type }: Call, media: string, patch: unknown, object: KubeObject, error: ApiError): ApiError {
  const why = error.message.replace(/^.*? cannot be handled as a \w+: /, '')
  const isStrategic = media === PATCH_TYPES.strategic
  const shown = isStrategic ? goText(patch) : type.custom === undefined ? goJson(object, touchesMetadata(patch)) : sortedJson(object)
  const cause = invalidValue('patch', shown, isStrategic ? conversionProblem(why) : why)
  return failure(422, 'Invalid', ` "" is invalid: ${cause.field}: ${cause.message}`, { causes: [cause] })
}

/** A strategic patch is applied to maps, and those are converted: `k8s.io/apimachinery/pkg/runtime/converter.go` has other words than JSON. */
function conversionProblem(why: string): string {
  const [, given, fraction, wanted = ''] = /^json: cannot unmarshal (\w+)( [\d.]+)? into Go .* of type (\S+)$/.exec(why) ?? []
  if (given === undefined) return why
  const kinds: Readonly<Record<string, string>> = {
    object: 'map',
    array: 'slice',
    number: fraction?.includes('.') === true ? 'float64' : 'int64'
  }
  const kind = kinds[given] ?? given
  if (wanted.startsWith('map[')) return `cannot restore map from ${kind}`
  if (wanted.startsWith('[]')) return `cannot restore slice from ${kind}`
  if (wanted.includes('.')) return `cannot restore struct from: ${kind}`
  return given === 'number' && wanted !== 'bool' ? `cannot convert ${kind} to ${wanted}` : `unrecognized type: ${wanted}`
}

/** Whether a patch reaches into the metadata: a JSON patch by a path, a merge patch by a member. */
function touchesMetadata(patch: unknown): boolean {
  if (!Array.isArray(patch)) return isObject(patch) && Object.hasOwn(patch, 'metadata')
  return patch.some((one) => isObject(one) && [one['path'], one['from']].some((path) => String(path).startsWith('/metadata/')))
}

/** A patched Go object is a map whose untouched members keep the order of Go's structs. */
function goJson(object: KubeObject, isTouched: boolean): string {
  const sorted = (value: object) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  const metadata = isObject(object.metadata) ? (isTouched ? sorted(object.metadata) : inGoOrder(object.metadata)) : object.metadata
  return JSON.stringify(sorted({ ...object, metadata }))
}

const isUndecodable = (error: unknown): error is ApiError => error instanceof ApiError && error.message.includes(' cannot be handled as a ')
