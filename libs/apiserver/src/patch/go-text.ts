/** JSON values as Go's `%v` prints them: error texts of the reference quote patches that way. */
import { isObject } from '../schema/json.ts'

/** `map[image:i:7 name:c]`, `[1 2]`, `<nil>`: members by name, texts bare. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isObject(value)) return String(value)
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`)
    .join(' ')}]`
}
