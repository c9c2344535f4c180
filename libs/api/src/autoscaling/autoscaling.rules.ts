/** The annotations that say how a revision is scaled. Paths are the keys themselves. */
import type { AutoscalerConfig } from '../config/autoscaler-config.ts'
import { formatDuration, isWholeSeconds, NANOSECONDS_PER_SECOND as SECOND, parseDuration } from '../go/duration.ts'
import { parseFloat64, parseInteger, plain } from '../go/number.ts'
import {
  autoscalingDomain,
  classAnnotations,
  hpaClass,
  initialScaleAnnotations,
  kpaClass,
  metricAggregationAlgorithmAnnotations,
  metricAnnotations,
  panicThresholdPercentageAnnotations,
  panicWindowPercentageAnnotations,
  scaleDownDelayAnnotations,
  scaleToZeroPodRetentionPeriodAnnotations,
  targetAnnotations,
  targetBurstCapacityAnnotations,
  targetUtilizationAnnotations,
  windowAnnotations
} from '../names/autoscaling-keys.ts'
import { firstEntryOf } from '../names/keys.ts'
import { generic, invalidValue, outOfBounds, type FieldError } from '../validation/field-error.ts'
import { scaleErrors } from './scale.rules.ts'

type Annotations = Readonly<Record<string, string>>

/** What is wrong with the autoscaling annotations of a template, Revision, PodAutoscaler or Metric. */
export function autoscalingErrors(annotations: Annotations, config: AutoscalerConfig): FieldError[] {
  return [
    ...classErrors(annotations),
    ...scaleErrors(annotations, config),
    ...percentage(annotations, panicWindowPercentageAnnotations, 1, 100),
    ...percentage(annotations, panicThresholdPercentageAnnotations, 110, 1000),
    ...targetErrors(annotations),
    ...percentage(annotations, targetUtilizationAnnotations, 1, 100),
    ...burstErrors(annotations),
    ...duration(annotations, windowAnnotations, 6n * SECOND, true),
    ...duration(annotations, scaleToZeroPodRetentionPeriodAnnotations, 0n, false),
    ...duration(annotations, scaleDownDelayAnnotations, 0n, true),
    ...metricErrors(annotations),
    ...algorithmErrors(annotations),
    ...initialScaleErrors(annotations, config)
  ]
}

function classErrors(annotations: Annotations): FieldError[] {
  const entry = firstEntryOf(annotations, classAnnotations)
  if (entry === undefined || !entry.value.endsWith(autoscalingDomain)) return []
  return [kpaClass, hpaClass].includes(entry.value) ? [] : [invalidValue(entry.value, entry.key)]
}

function percentage(annotations: Annotations, keys: readonly string[], lower: number, upper: number): FieldError[] {
  const entry = firstEntryOf(annotations, keys)
  if (entry === undefined) return []
  const value = parseFloat64(entry.value)
  if (!value.ok) return [invalidValue(entry.value, entry.key)]
  return value.value < lower || value.value > upper ? [outOfBounds(entry.value, lower, upper, entry.key)] : []
}

function targetErrors(annotations: Annotations): FieldError[] {
  const entry = firstEntryOf(annotations, targetAnnotations)
  if (entry === undefined) return []
  const value = parseFloat64(entry.value)
  if (!value.ok) return [invalidValue(entry.value, entry.key)]
  return value.value < 0.01 ? [generic(`target ${plain(value.value)} should be at least 0.01`, entry.key)] : []
}

function burstErrors(annotations: Annotations): FieldError[] {
  const entry = firstEntryOf(annotations, targetBurstCapacityAnnotations)
  if (entry === undefined) return []
  const value = parseFloat64(entry.value)
  return value.ok && !(value.value < 0 && value.value !== -1) ? [] : [invalidValue(entry.value, entry.key)]
}

function duration(annotations: Annotations, keys: readonly string[], lower: bigint, wholeSeconds: boolean): FieldError[] {
  const entry = firstEntryOf(annotations, keys)
  if (entry === undefined) return []
  const upper = 3600n * SECOND
  const value = parseDuration(entry.value)
  if (!value.ok) return [invalidValue(entry.value, entry.key)]
  if (value.value < lower || value.value > upper) {
    return [outOfBounds(entry.value, formatDuration(lower), formatDuration(upper), entry.key)]
  }
  const rough = !wholeSeconds || isWholeSeconds(value.value)
  return rough ? [] : [generic('must be specified with at most second precision', entry.key)]
}

function metricErrors(annotations: Annotations): FieldError[] {
  const entry = firstEntryOf(annotations, metricAnnotations)
  if (entry === undefined) return []
  const autoscaler = firstEntryOf(annotations, classAnnotations)?.value ?? kpaClass
  const known = autoscaler === kpaClass ? ['concurrency', 'rps'].includes(entry.value) : autoscaler !== hpaClass || entry.value !== ''
  return known ? [] : [invalidValue(entry.value, entry.key)]
}

function algorithmErrors(annotations: Annotations): FieldError[] {
  const entry = firstEntryOf(annotations, metricAggregationAlgorithmAnnotations)
  if (entry === undefined || firstEntryOf(annotations, classAnnotations)?.value !== kpaClass) return []
  return ['', 'linear', 'weighted-exponential', 'weightedExponential'].includes(entry.value) ? [] : [invalidValue(entry.value, entry.key)]
}

function initialScaleErrors(annotations: Annotations, config: AutoscalerConfig): FieldError[] {
  const entry = firstEntryOf(annotations, initialScaleAnnotations)
  if (entry === undefined) return []
  const value = parseInteger(entry.value, 64)
  if (!value.ok) return [invalidValue(entry.value, entry.key)]
  if (value.value < 0) return [invalidValue(entry.value, `${entry.key} must be greater than 0`)]
  return value.value === 0 && !config.allowZeroInitialScale ? [invalidValue(entry.value, `${entry.key}=0 not allowed by cluster`)] : []
}
