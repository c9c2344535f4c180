import { quote } from '../go/parsed.ts'
import { detailed, disallowed, generic, missing, multipleOneOf, type FieldError } from '../validation/field-error.ts'
import type { KReference } from './reference.schema.ts'

/** How a reference is judged. */
export interface ReferenceRules {
  /** Whether the group may stand for the version (feature kreference-group). */
  readonly kreferenceGroup: boolean
  /** The namespace that the object must be in; any unless given. */
  readonly namespace?: string
}

/** What is wrong with a reference. Paths are relative to it. */
export function kreferenceErrors(reference: KReference, { kreferenceGroup, namespace: own = '' }: ReferenceRules): FieldError[] {
  const { name, kind, apiVersion = '', group = '', namespace = '' } = reference
  return [
    ...(name === '' ? [missing('name')] : []),
    ...(kind === '' ? [missing('kind')] : []),
    ...(kreferenceGroup ? groupErrors(apiVersion, group) : versionErrors(apiVersion, group)),
    ...(own === '' || namespace === '' || namespace === own ? [] : [elsewhere(own, namespace)])
  ]
}

const versionErrors = (apiVersion: string, group: string): FieldError[] => [
  ...(group === '' ? [] : [disallowed('group')]),
  ...(apiVersion === '' ? [missing('apiVersion')] : [])
]

function groupErrors(apiVersion: string, group: string): FieldError[] {
  if (apiVersion !== '' && group !== '') return [multipleOneOf('apiVersion', 'group')]
  return apiVersion === '' && group === '' ? [missing('apiVersion'), missing('group')] : []
}

const elsewhere = (own: string, namespace: string): FieldError =>
  detailed(generic('mismatched namespaces', 'namespace'), `parent namespace: ${quote(own)} does not match ref: ${quote(namespace)}`)
