import type { JsonPatchOperation } from '@knative-ts/kube'

/** The JSON patch (RFC 6902) that makes `after` of `before`. Lists are compared place by place: short and fast, not minimal. */
export function jsonPatchOf(before: unknown, after: unknown, path = ''): JsonPatchOperation[] {
  if (before === after) return []
  if (Array.isArray(before) && Array.isArray(after)) return listPatch(before, after, path)
  if (isMap(before) && isMap(after)) return mapPatch(before, after, path)
  return [{ op: 'replace', path, value: after }]
}

function mapPatch(before: Record<string, unknown>, after: Record<string, unknown>, path: string): JsonPatchOperation[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key) || after[key] === undefined)
  return [
    ...removed.map((key): JsonPatchOperation => ({ op: 'remove', path: `${path}/${escaped(key)}` })),
    ...Object.entries(after).flatMap(([key, value]): JsonPatchOperation[] => {
      const at = `${path}/${escaped(key)}`
      if (value === undefined) return []
      return Object.hasOwn(before, key) ? jsonPatchOf(before[key], value, at) : [{ op: 'add', path: at, value }]
    })
  ]
}

function listPatch(before: readonly unknown[], after: readonly unknown[], path: string): JsonPatchOperation[] {
  const common = Math.min(before.length, after.length)
  const changed = after.slice(0, common).flatMap((value, index) => jsonPatchOf(before[index], value, `${path}/${index}`))
  const added = after.slice(common).map((value): JsonPatchOperation => ({ op: 'add', path: `${path}/-`, value }))
  const removed = before
    .slice(common)
    .map((_, index): JsonPatchOperation => ({ op: 'remove', path: `${path}/${before.length - 1 - index}` }))
  return [...changed, ...added, ...removed]
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
