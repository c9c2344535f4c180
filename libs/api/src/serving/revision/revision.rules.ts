import { autoscalingErrors } from '../../autoscaling/autoscaling.rules.ts'
import { configurationLabel } from '../../names/keys.ts'
import { sameValue, type AdmissionContext } from '../../validation/admission-context.ts'
import { differenceText } from '../../validation/difference.ts'
import { generic, under, type FieldError } from '../../validation/field-error.ts'
import { nameErrors, ownerLabelErrors } from '../../validation/metadata.rules.ts'
import { revisionSpecErrors } from './revision-spec.rules.ts'
import type { Revision } from './revision.ts'

/** What is wrong with a Revision. A changed spec is told alone. */
export function validateRevision(revision: Revision, context: AdmissionContext<Revision>): FieldError[] {
  const { metadata, spec } = revision
  const { before } = context
  if (before !== undefined && !sameValue(before.spec, spec)) {
    return [{ ...generic('Immutable fields changed (-old +new)', 'spec'), details: differenceText(before.spec, spec) }]
  }
  return [
    ...under('metadata', [
      ...nameErrors(metadata),
      ...under('annotations', autoscalingErrors(metadata.annotations ?? {}, context.config.autoscaler)),
      ...ownerLabelErrors(metadata, configurationLabel, 'Configuration')
    ]),
    ...(before === undefined ? under('spec', revisionSpecErrors(spec, context)) : [])
  ]
}
