import type { AdmissionContext } from '../../validation/admission-context.ts'
import { outOfBounds, type FieldError } from '../../validation/field-error.ts'
import { podSpecErrors } from './pod-spec.rules.ts'
import type { RevisionSpec } from './revision.schema.ts'

/** What is wrong with the spec of a revision or template. Paths are relative to it. */
export function revisionSpecErrors(spec: RevisionSpec, context: AdmissionContext): FieldError[] {
  const { defaults, features } = context.config
  const errors = podSpecErrors(spec, features)
  const { timeoutSeconds, containerConcurrency } = spec
  const longest = defaults.maxRevisionTimeoutSeconds
  if (timeoutSeconds !== undefined && (timeoutSeconds < 0 || timeoutSeconds > longest)) {
    errors.push(outOfBounds(timeoutSeconds, 0, longest, 'timeoutSeconds'))
  }
  const fewest = defaults.allowContainerConcurrencyZero ? 0 : 1
  const most = defaults.containerConcurrencyMaxLimit
  if (containerConcurrency !== undefined && (containerConcurrency < fewest || containerConcurrency > most)) {
    errors.push(outOfBounds(containerConcurrency, fewest, most, 'containerConcurrency'))
  }
  return errors
}
