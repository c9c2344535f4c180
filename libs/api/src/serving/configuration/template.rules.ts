import { autoscalingErrors } from '../../autoscaling/autoscaling.rules.ts'
import { dns1035LabelProblems, dns1035PrefixProblems } from '../../names/name-rules.ts'
import type { ObjectMeta } from '../../object.ts'
import type { AdmissionContext } from '../../validation/admission-context.ts'
import { networkingAnnotationErrors, progressDeadlineErrors, queueSidecarErrors } from '../../validation/annotation.rules.ts'
import { differenceText } from '../../validation/difference.ts'
import { disallowed, generic, invalidValue, under, type FieldError } from '../../validation/field-error.ts'
import type { RevisionTemplateSpec } from '../revision/revision.schema.ts'
import { revisionSpecErrors } from '../revision/revision-spec.rules.ts'

/** What is wrong with a template under an object called `parent`. Paths are relative to the template. */
export function templateErrors(template: RevisionTemplateSpec, parent: ObjectMeta, context: AdmissionContext): FieldError[] {
  const annotations = template.metadata?.annotations ?? {}
  return [
    ...under('spec', revisionSpecErrors(template.spec ?? { containers: [] }, context)),
    ...under('metadata', [
      ...under('annotations', autoscalingErrors(annotations, context.config.autoscaler)),
      ...revisionNameErrors((template.metadata ?? {}) as ObjectMeta, parent),
      ...queueSidecarErrors(annotations),
      ...progressDeadlineErrors(annotations),
      ...networkingAnnotationErrors(annotations)
    ])
  ]
}

/** A revision name of the user's own begins with the name of its parent, so that revisions of two Services never clash. */
function revisionNameErrors({ name = '', generateName = '' }: ObjectMeta, parent: ObjectMeta): FieldError[] {
  const errors: FieldError[] = []
  const prefixProblems = generateName === '' ? [] : dns1035PrefixProblems(generateName)
  if (prefixProblems.length > 0) errors.push(invalidValue(`not a DNS 1035 label prefix: [${prefixProblems.join(' ')}]`, 'generateName'))
  if (name === '') return errors
  const problems = dns1035LabelProblems(name)
  if (problems.length > 0) errors.push(invalidValue(`not a DNS 1035 label: [${problems.join(' ')}]`, 'name'))
  if ((parent.name ?? '') === '') errors.push(disallowed('name'))
  else if (!name.startsWith(`${parent.name}-`)) errors.push(invalidValue(`"${name}" must have prefix "${parent.name}-"`, 'name'))
  return errors
}

/** A template that changed under the same name of its own would change a revision that exists. Paths are relative to the template. */
export function sameNameErrors(template: RevisionTemplateSpec | undefined, before: RevisionTemplateSpec | undefined): FieldError[] {
  const name = template?.metadata?.name ?? ''
  if (before === undefined || name === '' || name !== before.metadata?.name) return []
  const details = differenceText(before, template)
  return details === '' ? [] : [{ ...generic('Saw the following changes without a name change (-old +new)', 'metadata.name'), details }]
}
