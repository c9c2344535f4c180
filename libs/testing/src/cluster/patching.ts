import { ApiError, type Patch } from '@knative-ts/kube'
import { applyPatch, type Operation } from 'rfc6902'

/**
 * The object after `patch`. A strategic merge or an apply merges lists of named things by `name`, `type`, `uid` or `containerPort`: enough
 * for what controllers send, and not what a real server does in every case.
 */
export function patched(object: unknown, patch: Patch): unknown {
  if (patch.type === 'json') {
    // Not structuredClone: under jest its arrays are of another realm, and rfc6902 takes those for objects.
    const copy: unknown = JSON.parse(JSON.stringify(object))
    const error = applyPatch(copy, JSON.parse(JSON.stringify(patch.operations)) as Operation[]).find((result) => result !== null)
    if (error !== undefined) throw misfit()
    return copy
  }
  return merged(object, patch.body, patch.type !== 'merge')
}

/** What the API server answers when a JSON patch does not fit the object. */
function misfit(): ApiError {
  const message = 'the server rejected our request due to an error in our request'
  return new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Invalid', code: 422 })
}

function merged(base: unknown, change: unknown, byKey: boolean): unknown {
  if (byKey && Array.isArray(base) && Array.isArray(change)) return mergedList(base, change)
  if (!isRecord(change)) return structuredClone(change)
  const result: Record<string, unknown> = isRecord(base) ? { ...base } : {}
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete result[name]
    else result[name] = merged(result[name], value, byKey)
  }
  return result
}

function mergedList(base: readonly unknown[], change: readonly unknown[]): unknown[] {
  const key = ['uid', 'type', 'name', 'containerPort'].find((name) => [...base, ...change].every((item) => isRecord(item) && name in item))
  if (key === undefined) return structuredClone([...change])
  const result = [...base] as Record<string, unknown>[]
  for (const item of change as Record<string, unknown>[]) {
    const at = result.findIndex((other) => other[key] === item[key])
    if (item['$patch'] === 'delete') {
      if (at >= 0) result.splice(at, 1)
    } else if (at >= 0) result[at] = merged(result[at], item, true) as Record<string, unknown>
    else result.push(structuredClone(item))
  }
  return result
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
