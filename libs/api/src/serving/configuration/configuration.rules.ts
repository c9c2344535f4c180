import { serviceLabel } from '../../names/keys.ts'
import type { AdmissionContext } from '../../validation/admission-context.ts'
import { under, type FieldError } from '../../validation/field-error.ts'
import { misplacedAutoscaling, nameErrors, ownerLabelErrors, userAnnotationErrors } from '../../validation/metadata.rules.ts'
import type { Configuration } from './configuration.ts'
import { sameNameErrors, templateErrors } from './template.rules.ts'

/** What is wrong with a Configuration. An update of the status is not asked about names and template. */
export function validateConfiguration(configuration: Configuration, context: AdmissionContext<Configuration>): FieldError[] {
  const { metadata, spec } = configuration
  const owned = (metadata.ownerReferences ?? []).length > 0
  const own = (): FieldError[] => [
    ...under('metadata', [
      ...nameErrors(metadata),
      ...misplacedAutoscaling(metadata),
      ...ownerLabelErrors(metadata, serviceLabel, 'Service')
    ]),
    ...under('spec.template', templateErrors(spec.template ?? {}, metadata, context))
  ]
  return [
    ...(context.subresource === 'status' ? [] : own()),
    ...(owned ? [] : userAnnotationErrors(configuration, context)),
    ...under('spec.template', sameNameErrors(spec.template, context.before?.spec.template))
  ]
}
