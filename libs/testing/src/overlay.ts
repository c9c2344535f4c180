/** Any part of `T`, at any depth. */
export type Overrides<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Overrides<T[K]> | undefined } : T

/** `base` with `overrides` laid over it: objects merge, everything else (lists too) is replaced, undefined removes. */
export function overlay<T>(base: T, overrides: NoInfer<Overrides<T>> | undefined): T {
  if (overrides === undefined) return base
  if (!isRecord(base) || !isRecord(overrides)) return overrides as T
  const result: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(overrides)) {
    if (value === undefined) delete result[name]
    else result[name] = isRecord(value) && isRecord(result[name]) ? overlay<Record<string, unknown>>(result[name], value) : value
  }
  return result as T
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
