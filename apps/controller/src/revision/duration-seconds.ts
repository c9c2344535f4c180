import { parseDuration } from '@knative-ts/api'

/** Whole seconds of a Go duration (`1m30s`). Throws with the parser's words. */
export function durationSeconds(text: string): number {
  const result = parseDuration(text)
  if (!result.ok) throw new Error(`"${text}" is not a duration: ${result.error}`)
  return Number(result.value / 1_000_000_000n)
}
