import { sameValue, type AdmissionContext } from '../../validation/admission-context.ts'
import { missing, outOfBounds, under, type FieldError } from '../../validation/field-error.ts'
import { nameErrors } from '../../validation/metadata.rules.ts'
import { protocolErrors, referenceErrors } from '../../validation/reference.rules.ts'
import { autoscalingErrors } from '../autoscaling.rules.ts'
import type { PodAutoscaler } from './pod-autoscaler.ts'
import type { PodAutoscalerSpec } from './pod-autoscaler.schema.ts'

const empty: PodAutoscalerSpec = { scaleTargetRef: {}, protocolType: '' }

/** What is wrong with a PodAutoscaler. */
export function validatePodAutoscaler(podAutoscaler: PodAutoscaler, context: AdmissionContext<PodAutoscaler>): FieldError[] {
  const { metadata, spec } = podAutoscaler
  const metadataErrors = [
    ...nameErrors(metadata),
    ...under('annotations', autoscalingErrors(metadata.annotations ?? {}, context.config.autoscaler))
  ]
  const specErrors = sameValue(spec, empty) ? [missing('')] : ownErrors(spec, context.config.defaults.containerConcurrencyMaxLimit)
  return [...under('metadata', metadataErrors), ...under('spec', specErrors)]
}

function ownErrors(spec: PodAutoscalerSpec, mostConcurrency: number): FieldError[] {
  const concurrency = spec.containerConcurrency ?? 0
  const inBounds = concurrency >= 0 && concurrency <= mostConcurrency
  return [
    ...under('scaleTargetRef', referenceErrors(spec.scaleTargetRef)),
    ...(inBounds ? [] : [outOfBounds(concurrency, 0, mostConcurrency, 'containerConcurrency')]),
    ...protocolErrors(spec.protocolType)
  ]
}
