import { sameValue, type AdmissionContext } from '../../validation/admission-context.ts'
import { missing, under, type FieldError } from '../../validation/field-error.ts'
import { nameErrors } from '../../validation/metadata.rules.ts'
import { autoscalingErrors } from '../autoscaling.rules.ts'
import type { Metric } from './metric.ts'

/** What is wrong with a Metric: its metadata, and a spec that says nothing. */
export function validateMetric({ metadata, spec }: Metric, context: AdmissionContext<Metric>): FieldError[] {
  const errors = [
    ...nameErrors(metadata),
    ...under('annotations', autoscalingErrors(metadata.annotations ?? {}, context.config.autoscaler))
  ]
  const isEmpty = sameValue(spec, { stableWindow: 0, panicWindow: 0, scrapeTarget: '' })
  return [...under('metadata', errors), ...(isEmpty ? [missing('spec')] : [])]
}
