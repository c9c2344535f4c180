import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { filterListErrors } from '../../duck/filter.rules.ts'
import { sameValue } from '../../validation/admission-context.ts'
import {
  generic,
  invalidValue,
  missing,
  missingOneOf,
  multipleOneOf,
  under,
  underItem,
  type FieldError
} from '../../validation/field-error.ts'
import type { EventPolicy } from './event-policy.ts'
import type { EventPolicySpec } from './event-policy.schema.ts'

type From = NonNullable<EventPolicySpec['from']>[number]
type To = NonNullable<EventPolicySpec['to']>[number]

/** What is wrong with an EventPolicy. Without OIDC nobody is known, so a new policy, or a change of one, would mean nothing. */
export function validateEventPolicy(policy: EventPolicy, context: EventingContext<EventPolicy>): FieldError[] {
  const { features, parseCesql } = context.config
  const isNew = context.before === undefined || !sameValue(context.before.spec, policy.spec)
  if (!features.authenticationOidc && isNew) return [generic('oidc-authentication feature not enabled')]
  const { from = [], to = [], filters } = policy.spec
  return [
    ...from.flatMap((entry, index) => underItem('spec.from', index, fromErrors(entry))),
    ...to.flatMap((entry, index) => underItem('spec.to', index, toErrors(entry))),
    ...under('spec.filters', filterListErrors(filters, parseCesql))
  ]
}

function fromErrors({ ref, sub = '' }: From): FieldError[] {
  if (ref === undefined && sub === '') return [missingOneOf('ref', 'sub')]
  if (ref !== undefined && sub !== '') return [multipleOneOf('ref', 'sub')]
  if (ref !== undefined) return under('ref', nameErrors(ref))
  return sub.slice(0, -1).includes('*') ? [invalidValue(sub, 'sub', "'*' is only allowed as suffix")] : []
}

function toErrors({ ref, selector }: To): FieldError[] {
  if (ref === undefined && selector === undefined) return [missingOneOf('ref', 'selector')]
  if (ref !== undefined && selector !== undefined) return [multipleOneOf('ref', 'selector')]
  return ref === undefined ? [] : under('ref', nameErrors(ref))
}

const nameErrors = (ref: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string }): FieldError[] =>
  (['name', 'kind', 'apiVersion'] as const).flatMap((field) => ((ref[field] ?? '') === '' ? [missing(field)] : []))
