import { serviceLabel } from '../../names/keys.ts'
import type { AdmissionContext } from '../../validation/admission-context.ts'
import { rolloutDurationErrors } from '../../validation/annotation.rules.ts'
import { under, type FieldError } from '../../validation/field-error.ts'
import { misplacedAutoscaling, nameErrors, ownerLabelErrors, userAnnotationErrors } from '../../validation/metadata.rules.ts'
import type { Route } from './route.ts'
import { trafficErrors } from './traffic.rules.ts'

/** What is wrong with a Route. */
export function validateRoute(route: Route, context: AdmissionContext<Route>): FieldError[] {
  const { metadata, spec } = route
  const owned = (metadata.ownerReferences ?? []).length > 0
  return [
    ...under('metadata', [
      ...nameErrors(metadata),
      ...misplacedAutoscaling(metadata),
      ...rolloutDurationErrors(metadata.annotations ?? {}),
      ...ownerLabelErrors(metadata, serviceLabel, 'Service')
    ]),
    ...under('spec', trafficErrors(spec.traffic ?? [], 'Route')),
    ...(owned ? [] : userAnnotationErrors(route, context))
  ]
}
