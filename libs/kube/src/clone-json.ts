/** A copy of its own of a value that came as JSON. `structuredClone` takes two to four times as long, and every pass makes one. */
export function cloneJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cloneJson) as T
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    // Assigned, it would become the copy's prototype.
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: cloneJson(member), writable: true, enumerable: true, configurable: true })
    else copy[key] = cloneJson(member)
  }
  return copy as T
}
