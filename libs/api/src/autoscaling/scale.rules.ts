import type { AutoscalerConfig } from '../config/autoscaler-config.ts'
import { parseInteger } from '../go/number.ts'
import { activationScaleAnnotations, maxScaleAnnotations, minScaleAnnotations } from '../names/autoscaling-keys.ts'
import { firstEntryOf } from '../names/keys.ts'
import { generic, invalidValue, outOfBounds, type FieldError } from '../validation/field-error.ts'

type Annotations = Readonly<Record<string, string>>

const MAX_INT32 = 2 ** 31 - 1
const [minKey = ''] = minScaleAnnotations
const [maxKey = ''] = maxScaleAnnotations
const [activationKey = ''] = activationScaleAnnotations

/** min-scale, max-scale and activation-scale, alone and against each other. */
export function scaleErrors(annotations: Annotations, config: AutoscalerConfig): FieldError[] {
  const min = pods(annotations, minScaleAnnotations)
  const max = pods(annotations, maxScaleAnnotations)
  const errors = [...min.errors, ...max.errors]
  if (max.value !== 0 && max.value < min.value) {
    errors.push(generic(`max-scale=${max.value} is less than min-scale=${min.value}`, maxKey, minKey))
  }
  return [...errors, ...limitErrors(annotations, max.value, config), ...activationErrors(annotations, min.value, max.value)]
}

/** Without an annotation the ConfigMap's max-scale counts, which is inside the limit by itself. */
function limitErrors(annotations: Annotations, max: number, config: AutoscalerConfig): FieldError[] {
  const limit = config.maxScaleLimit
  const entry = firstEntryOf(annotations, maxScaleAnnotations)
  if (limit === 0 || (entry === undefined && config.maxScale > 0)) return []
  const path = entry?.key ?? maxKey
  if (max > limit) return [outOfBounds(max, 1, limit, path)]
  return max === 0 ? [generic(`max-scale=0 (unlimited), must be less than ${limit}`, path)] : []
}

function activationErrors(annotations: Annotations, min: number, max: number): FieldError[] {
  if (firstEntryOf(annotations, activationScaleAnnotations) === undefined) return []
  const activation = pods(annotations, activationScaleAnnotations)
  if (activation.errors.length > 0) return activation.errors
  if (min > activation.value) return [generic(`min-scale=${min} is greater than activation-scale=${activation.value}`, activationKey)]
  if (max !== 0 && max < activation.value) {
    return [generic(`max-scale=${max} is less than activation-scale=${activation.value}`, activationKey)]
  }
  return activation.value < 2 ? [generic(`activation-scale=${activation.value} must be greater than 1`, activationKey)] : []
}

function pods(annotations: Annotations, keys: readonly string[]): { readonly value: number; readonly errors: FieldError[] } {
  const entry = firstEntryOf(annotations, keys)
  if (entry === undefined) return { value: 0, errors: [] }
  const value = parseInteger(entry.value, 32)
  if (!value.ok) {
    const error = value.error.endsWith('out of range')
      ? outOfBounds(entry.value, 0, MAX_INT32, entry.key)
      : invalidValue(entry.value, entry.key)
    return { value: 0, errors: [error] }
  }
  return value.value < 0 ? { value: 0, errors: [outOfBounds(value.value, 0, MAX_INT32, entry.key)] } : { value: value.value, errors: [] }
}
