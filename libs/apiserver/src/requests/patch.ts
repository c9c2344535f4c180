/** PATCH in its four forms, of an object or one of its subresources. */
import type { KubeObject } from '@knative-ts/api'
import { ApiError } from '@knative-ts/kube'
import { failure, invalidValue, unsupportedMedia } from '../http/errors.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import { applyMergePatch } from '../patch/merge-patch.ts'
import type { PatchResult } from '../patch/patch-result.ts'
import { applyStrategicMerge } from '../patch/strategic-merge.ts'
import { checkKind } from '../http/body.ts'
import { sortedJson } from '../schema/json.ts'
import type { Call, Shown, World } from './call.ts'
import { checkName, checkPreconditions, placeInNamespace } from './identity.ts'
import { takeIn } from './intake.ts'
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

/** Patches an object by one of the three forms that start from its present state. */
export function patchObject(world: World, call: Call, media: string, patch: unknown): Promise<Shown> {
  if (!patchTypesOf(call).includes(media)) throw unsupportedMedia(patchTypesOf(call))
  const warned = new Set<string>()
  const quiet: Call = {
    ...call,
    warn: (text) => {
      if (!warned.has(text)) call.warn(text)
      warned.add(text)
    }
  }
  return update(world, quiet, (current) => {
    // A patch that names no version stands on whatever is there now.
    const before = structuredClone(current)
    const object = checkKind(patched(quiet, media, patch, before) as object, call.type) as KubeObject
    // Taking it in prunes it: what the refusal shows is what the patch made.
    const made = quiet.validation === 'Strict' ? structuredClone(object) : object
    try {
      takeIn(quiet, object)
    } catch (error) {
      throw isUndecodable(error) ? unfit(call, made, error) : error
    }
    checkName(quiet, object)
    placeInNamespace(quiet, object)
    checkPreconditions(quiet, object, current)
    return { object }
  })
}

/** A patched object that is none of its kind any more is the patch's fault: 422, with the object as it would have been. */
function unfit({ type }: Call, object: KubeObject, error: ApiError): ApiError {
  const why = error.message.replace(/^.* cannot be handled as a \w+: /, '')
  const cause = invalidValue('patch', type.custom === undefined ? goJson(object) : sortedJson(object), why)
  return failure(422, 'Invalid', ` "" is invalid: ${cause.field}: ${cause.message}`, { causes: [cause] })
}

const META_ORDER = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields'
] as const

/** A patched Go object is a map whose untouched members keep the order of Go's structs. */
function goJson(object: KubeObject): string {
  const metadata = Object.fromEntries(META_ORDER.flatMap((key) => (key in object.metadata ? [[key, object.metadata[key as 'name']]] : [])))
  const members = Object.entries({ ...object, metadata }).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(Object.fromEntries(members))
}

const isUndecodable = (error: unknown): error is ApiError => error instanceof ApiError && error.message.includes(' cannot be handled as a ')
