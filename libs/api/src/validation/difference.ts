/**
 * What changed between two JSON values, in the form of upstream's diffs with field paths in place of Go's: a line for the path, the old and the
 * new value under it.
 */
export function differenceText(before: unknown, after: unknown): string {
  return changes(before, after, '')
    .map(([path, old, now]) => `{${path}}:\n\t-: ${show(old)}\n\t+: ${show(now)}\n`)
    .join('')
}

/** The same for one text in place of another, as upstream prints it. */
export const changeText = (before: string, after: string): string => `{string}:\n\t-: ${show(before)}\n\t+: ${show(after)}\n`

type Change = readonly [path: string, before: unknown, after: unknown]

function changes(before: unknown, after: unknown, path: string): Change[] {
  if (isRecord(before) && isRecord(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) =>
      changes(before[key], after[key], Array.isArray(before) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`)
    )
  }
  return before === after || (isBlank(before) && isBlank(after)) ? [] : [[path, before, after]]
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isBlank = (value: unknown): boolean => value === undefined || (isRecord(value) && Object.keys(value).length === 0)
const show = (value: unknown): string =>
  value === undefined ? '""' : typeof value === 'string' ? JSON.stringify(value) : `"${JSON.stringify(value)}"`
