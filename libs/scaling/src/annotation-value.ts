import { milliseconds, parseDuration, parseFloat64 } from '@knative-ts/api'

/** The first of `keys` that is there. */
export function firstAnnotation(annotations: Readonly<Record<string, string>>, keys: readonly string[]): string | undefined {
  for (const key of keys) if (annotations[key] !== undefined) return annotations[key]
  return undefined
}

/** A number as Go reads it (`1_000` too), or undefined when the text is none, or none to calculate with: NaN and infinity pass admission. */
export function floatOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const parsed = parseFloat64(text)
  return parsed.ok && Number.isFinite(parsed.value) ? parsed.value : undefined
}

/** A whole number, or undefined when the text is none. */
export function intOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined
}

/** A Go duration in milliseconds, or undefined when the text is none. */
export function millisecondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const parsed = parseDuration(text)
  return parsed.ok ? milliseconds(parsed.value) : undefined
}
