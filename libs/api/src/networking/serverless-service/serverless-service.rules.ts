import { networkingAnnotationErrors } from '../../validation/annotation.rules.ts'
import { sameValue } from '../../validation/admission-context.ts'
import { invalidValue, missing, under, type FieldError } from '../../validation/field-error.ts'
import { protocolErrors, referenceErrors } from '../../validation/reference.rules.ts'
import type { ServerlessService } from './serverless-service.ts'
import type { ServerlessServiceSpec } from './serverless-service.schema.ts'

const empty: ServerlessServiceSpec = { objectRef: {}, protocolType: '' }

/** What is wrong with a ServerlessService. Upstream's path of a bad annotation is `annotations`. */
export function validateServerlessService({ metadata, spec }: ServerlessService): FieldError[] {
  const specErrors = sameValue(spec, empty) ? [missing('')] : ownErrors(spec)
  return [...networkingAnnotationErrors(metadata.annotations ?? {}), ...under('spec', specErrors)]
}

function ownErrors({ mode = '', numActivators = 0, objectRef, protocolType }: ServerlessServiceSpec): FieldError[] {
  const modeErrors = mode === '' ? [missing('mode')] : ['Serve', 'Proxy'].includes(mode) ? [] : [invalidValue(mode, 'mode')]
  return [
    ...modeErrors,
    ...(numActivators < 0 ? [invalidValue(numActivators, 'numActivators')] : []),
    ...under('objectRef', referenceErrors(objectRef)),
    ...protocolErrors(protocolType)
  ]
}
