/** The patch of a mutating webhook, applied. */
import type { KubeObject } from '@knative-ts/api'
import { internal } from '../http/errors.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { decodeProblem } from '../schema/decode.ts'
import { prune } from '../schema/prune.ts'
import { goJsonKind } from '../schema/go-text.ts'

/** `uncalled`: the failure counts as one of the call, which the webhook's failure policy may forgive. */
export type Patched =
  | { readonly kind: 'patched'; readonly object: KubeObject }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'uncalled'; readonly why: string }

/** Applies the patch to a copy; `type` is the type of the result. Throws 500 when the patch does not fit. */
export function patchedObject(
  name: string,
  { type: patchType, text }: { readonly type: string; readonly text: string },
  object: KubeObject | undefined,
  type: ResourceType | undefined
): Patched {
  const operations = operationsOf(text)
  if (typeof operations === 'string') return { kind: 'uncalled', why: `received undecodable patch in webhook response: ${operations}` }
  if (operations.length === 0) return { kind: 'unchanged' }
  if (object === undefined) {
    throw internal(`admission webhook ${JSON.stringify(name)} attempted to modify the object, which is not supported for this operation`)
  }
  if (patchType !== 'JSONPatch') return { kind: 'uncalled', why: `unsupported patch type ${JSON.stringify(patchType)}` }
  const result = applyJsonPatch(object, operations)
  if (result.kind === 'refused') throw internal(result.cause ?? result.message)
  const patched = result.object as KubeObject
  if (type === undefined) return { kind: 'patched', object: patched }
  const problem = type.custom === undefined ? decodeProblem(type.kind, type.schema, patched) : undefined
  if (problem !== undefined) throw internal(problem)
  prune(type.schema, patched)
  return { kind: 'patched', object: patched }
}

function operationsOf(text: string): readonly unknown[] | string {
  let patch: unknown
  try {
    patch = JSON.parse(text)
  } catch {
    return `invalid character '${text[0] ?? ''}' looking for beginning of value`
  }
  if (Array.isArray(patch)) return patch
  return `json: cannot unmarshal ${goJsonKind(patch)} into Go value of type jsonpatch.Patch`
}
