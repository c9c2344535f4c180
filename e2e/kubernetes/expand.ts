/** Placeholders of recorded steps, and the small JSON tools that steps need. */

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `$NAME` becomes its value; `{$repeat: [text, n]}`, `{$many: [n, template]}` and `{$manyKeys: [n, key, value]}` keep the recording small. */
export function expand<T>(value: T, values: ReadonlyMap<string, string>): T {
  return expanded(value, values) as T
}

function expanded(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return value.replaceAll(/\$([A-Za-z][A-Za-z0-9]*)/g, (all, name: string) => values.get(name) ?? all)
  if (Array.isArray(value)) return value.map((item) => expanded(item, values))
  if (!isRecord(value)) return value
  const { $repeat, $many, $manyKeys } = value
  if ($repeat !== undefined) {
    const [text, times] = $repeat as [string, number]
    return text.repeat(times)
  }
  if ($many !== undefined) {
    const [count, template] = $many as [number, unknown]
    const text = JSON.stringify(template)
    return Array.from({ length: count }, (_, index) => expanded(JSON.parse(text.replaceAll('$i', String(index))), values))
  }
  if ($manyKeys !== undefined) {
    const [count, key, item] = $manyKeys as [number, string, unknown]
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [key.replaceAll('$i', String(index)), expanded(item, values)]))
  }
  // Steps of a watch expand when they run: what they refer to may not be captured yet.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [expanded(key, values), key === 'steps' ? item : expanded(item, values)])
  )
}

/** The value at `a.b.0.c`; `~` in a key stands for a dot. */
export const pick = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((part, key) => (part === null || part === undefined ? undefined : (part as Json)[key.replaceAll('~', '.')]), value)

/** JSON merge patch. */
export function mergePatched(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergePatched(result[key], value)
  }
  return result
}

/** Without the members that are undefined. */
export const defined = (object: Json): Json => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
