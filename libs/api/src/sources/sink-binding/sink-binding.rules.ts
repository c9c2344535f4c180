import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { destinationErrors } from '../../duck/destination.rules.ts'
import { overridesErrors } from '../../duck/overrides.rules.ts'
import { selectorProblem } from '../../duck/selector.rules.ts'
import { dns1123LabelProblems, dns1123SubdomainProblems, qualifiedNameProblems } from '../../names/name-rules.ts'
import { invalidValue, missing, missingOneOf, multipleOneOf, under, type FieldError } from '../../validation/field-error.ts'
import type { SinkBinding } from './sink-binding.ts'
import type { BindingSubject } from './sink-binding.schema.ts'

const IDENTIFIER =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"

/** What is wrong with a SinkBinding: its subject is beside it. */
export function validateSinkBinding({ metadata, spec }: SinkBinding, { config }: EventingContext<SinkBinding>): FieldError[] {
  const { subject, sink, ceOverrides } = spec
  const isElsewhere = (subject.namespace ?? '') !== '' && subject.namespace !== metadata.namespace
  return under('spec', [
    ...under('sink', destinationErrors(sink, config.features)),
    ...under('subject', subjectErrors(subject)),
    ...(isElsewhere ? [invalidValue(subject.namespace, 'subject.namespace')] : []),
    ...under('ceOverrides', overridesErrors(ceOverrides))
  ])
}

/** Knative's tracker.Reference. */
function subjectErrors(subject: BindingSubject): FieldError[] {
  const { apiVersion = '', kind = '', namespace = '' } = subject
  return [
    ...form('apiVersion', apiVersion, qualifiedNameProblems(apiVersion)),
    ...form('kind', kind, /^[A-Za-z_][A-Za-z0-9_]*$/.test(kind) ? [] : [IDENTIFIER]),
    ...form('namespace', namespace, dns1123LabelProblems(namespace)),
    ...choiceErrors(subject)
  ]
}

function choiceErrors({ name = '', selector }: BindingSubject): FieldError[] {
  if (selector !== undefined && name !== '') return [multipleOneOf('name', 'selector')]
  if (selector === undefined) return name === '' ? [missingOneOf('name', 'selector')] : form('name', name, dns1123SubdomainProblems(name))
  const problem = selectorProblem(selector)
  return problem === undefined ? [] : [invalidValue(problem, 'selector')]
}

function form(path: string, text: string, problems: readonly string[]): FieldError[] {
  if (text === '') return [missing(path)]
  return problems.length === 0 ? [] : [invalidValue(problems.join(', '), path)]
}
