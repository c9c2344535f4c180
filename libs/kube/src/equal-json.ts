/** Whether two values are the same JSON: order of members does not count, members that are undefined do not exist. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => equalJson(item, b[index]))
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  for (const name in left) if (left[name] !== undefined && !equalJson(left[name], right[name])) return false
  for (const name in right) if (right[name] !== undefined && left[name] === undefined) return false
  return true
}

/**
 * Whether `whole` says everything that `part` says: members that only `whole` has do not count (the server's defaults), lists must be as
 * long and agree item by item.
 */
export function containsJson(whole: unknown, part: unknown): boolean {
  if (part === undefined || whole === part) return true
  if (typeof whole !== 'object' || typeof part !== 'object' || whole === null || part === null) return false
  if (Array.isArray(whole) || Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      Array.isArray(part) &&
      whole.length === part.length &&
      whole.every((item, index) => containsJson(item, part[index]))
    )
  }
  const [left, right] = [whole as Record<string, unknown>, part as Record<string, unknown>]
  return Object.keys(right).every((name) => containsJson(left[name], right[name]))
}
