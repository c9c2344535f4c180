import type { AdmissionContext } from '../../validation/admission-context.ts'
import { rolloutDurationErrors } from '../../validation/annotation.rules.ts'
import { under, type FieldError } from '../../validation/field-error.ts'
import { misplacedAutoscaling, nameErrors, userAnnotationErrors } from '../../validation/metadata.rules.ts'
import { sameNameErrors, templateErrors } from '../configuration/template.rules.ts'
import { trafficErrors } from '../route/traffic.rules.ts'
import type { Service } from './service.ts'

/** What is wrong with a Service. An update of the status is not asked about names, template and traffic. */
export function validateService(service: Service, context: AdmissionContext<Service>): FieldError[] {
  const { metadata, spec } = service
  const own = (): FieldError[] => [
    ...under('metadata', [
      ...nameErrors(metadata),
      ...misplacedAutoscaling(metadata),
      ...rolloutDurationErrors(metadata.annotations ?? {})
    ]),
    ...under('spec', [
      ...under('template', templateErrors(spec.template ?? {}, metadata, context)),
      ...trafficErrors(spec.traffic ?? [], 'Service')
    ])
  ]
  return [
    ...(context.subresource === 'status' ? [] : own()),
    ...userAnnotationErrors(service, context),
    ...under('spec.template', sameNameErrors(spec.template, context.before?.spec.template))
  ]
}
