import { isWholeSeconds, parseDuration } from '../go/duration.ts'
import { parseFloat64, plain } from '../go/number.ts'
import { parseQuantity } from '../go/quantity.ts'
import {
  firstEntryOf,
  networkingAnnotations,
  networkingPrefix,
  progressDeadlineAnnotations,
  queueSidecarPercentageAnnotations,
  queueSidecarResourceAnnotation,
  rolloutDurationAnnotations
} from '../names/keys.ts'
import { generic, invalidKey, invalidValue, outOfBounds, warning, type FieldError } from './field-error.ts'

type Annotations = Readonly<Record<string, string>>

/** How long a new revision takes to get all traffic. Paths are relative to `metadata`. */
export const rolloutDurationErrors = (annotations: Annotations): FieldError[] =>
  wholeSeconds(annotations, rolloutDurationAnnotations, 'rollout-duration')

/** How long a deployment may take. Paths are relative to `metadata`. */
export const progressDeadlineErrors = (annotations: Annotations): FieldError[] =>
  wholeSeconds(annotations, progressDeadlineAnnotations, 'progress-deadline')

function wholeSeconds(annotations: Annotations, keys: readonly string[], name: string): FieldError[] {
  const entry = firstEntryOf(annotations, keys)
  if (entry === undefined || entry.value === '') return []
  const path = `annotations.${entry.key}`
  const duration = parseDuration(entry.value)
  if (!duration.ok) return [invalidValue(entry.value, path)]
  if (!isWholeSeconds(duration.value)) return [generic(`${name}=${entry.value} is not at second precision`, path)]
  return duration.value < 0n ? [generic(`${name}=${entry.value} must be positive`, path)] : []
}

/** Annotations under networking's prefix that a template may not carry. Paths are relative to `metadata`. */
export function networkingAnnotationErrors(annotations: Annotations): FieldError[] {
  const keys = Object.keys(annotations).filter((key) => key.startsWith(networkingPrefix) && !networkingAnnotations.includes(key))
  return keys.map((key) => invalidKey(key, 'annotations'))
}

const DEPRECATED =
  'Queue proxy resource percentage annotation is deprecated. Please use the available annotations to explicitly set resource values per service'

/** The size of the queue-proxy. Paths are relative to `metadata`. */
export function queueSidecarErrors(annotations: Annotations): FieldError[] {
  const errors: FieldError[] = []
  const percentage = firstEntryOf(annotations, queueSidecarPercentageAnnotations)
  if (percentage !== undefined) {
    errors.push(warning(generic(DEPRECATED)))
    const path = `annotations.[${percentage.key}]`
    const value = parseFloat64(percentage.value)
    if (!value.ok) errors.push(invalidValue(percentage.value, path))
    else if (value.value < 0.1 || value.value > 100) errors.push(outOfBounds(plain(value.value), 0.1, 100, path))
  }
  for (const resource of ['cpu', 'memory', 'ephemeral-storage'] as const) {
    for (const side of ['request', 'limit'] as const) {
      const key = queueSidecarResourceAnnotation(resource, side)
      const text = annotations[key]
      if (text !== undefined && !parseQuantity(text).ok) errors.push(invalidValue(text, `annotations.[${key}]`))
    }
  }
  return errors
}
