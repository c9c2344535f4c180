/** Where two JSON values part. */

export interface Difference {
  readonly at: string
  readonly expected: unknown
  readonly actual: unknown
}

/** All places at which `actual` is not `expected`, in order. */
export function differences(expected: unknown, actual: unknown, at = ''): Difference[] {
  if (expected === actual) return []
  if (!isNested(expected) || !isNested(actual) || Array.isArray(expected) !== Array.isArray(actual)) return [{ at, expected, actual }]
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) =>
    differences(expected[key], actual[key], at === '' ? key : `${at}.${key}`)
  )
}

const isNested = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const SHORT = 400

/** One line a difference. */
export const told = ({ at, expected, actual }: Difference): string => `${at}: expected ${short(expected)}, got ${short(actual)}`

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length <= SHORT ? text : `${text.slice(0, SHORT)}…`
}
