/** JSON Merge Patch (RFC 7386). */
import { noGoMap } from '../schema/go-text.ts'
import { copyJson, isObject, setMember } from '../schema/json.ts'
import { malformed, patched, type PatchResult } from './patch-result.ts'

/** Merges the parsed body into a copy of the object. A body that is no object is refused: Kubernetes does not replace whole objects this way. */
export function applyMergePatch(object: unknown, patch: unknown): PatchResult {
  if (!isObject(patch)) return malformed(patch === null ? 'Invalid JSON Patch' : `error decoding patch: ${noGoMap(patch)}`)
  return patched(merge(object, patch))
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return withoutNulls(patch)
  const out: Record<string, unknown> = isObject(target) ? copyJson(target) : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key]
    else setMember(out, key, merge(Object.hasOwn(out, key) ? out[key] : undefined, value))
  }
  return out
}

/** Objects inside of lists lose their null members too: the reference's library does that. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  return isObject(value) ? merge(undefined, value) : value
}
