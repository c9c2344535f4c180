import { domainNameProblem } from '../../names/name-rules.ts'
import { quote } from '../../go/parsed.ts'
import type { AdmissionContext } from '../../validation/admission-context.ts'
import { detailed, disallowed, generic, missing, under, type FieldError } from '../../validation/field-error.ts'
import { userAnnotationErrors } from '../../validation/metadata.rules.ts'
import type { ObjectMeta } from '../../object.ts'
import type { DomainMapping } from './domain-mapping.ts'
import type { KReference } from './domain-mapping.schema.ts'

/** What is wrong with a DomainMapping: its name is a domain, and what it leads to is beside it. */
export function validateDomainMapping(mapping: DomainMapping, context: AdmissionContext<DomainMapping>): FieldError[] {
  const { clusterDomain = 'cluster.local' } = context.config
  return [
    ...under('metadata', nameErrors(mapping.metadata, clusterDomain)),
    ...userAnnotationErrors(mapping, context),
    ...under('spec.ref', referenceErrors(mapping.spec.ref, mapping.metadata.namespace ?? ''))
  ]
}

function nameErrors({ name = '', generateName = '' }: ObjectMeta, clusterDomain: string): FieldError[] {
  const errors = generateName === '' ? [] : [disallowed('generateName')]
  const problem = domainNameProblem(name)
  if (problem !== undefined) errors.push(generic(`invalid name ${quote(name)}: ${problem}`, 'name'))
  if (name.endsWith(`.${clusterDomain}`)) {
    const text = `must not be a subdomain of cluster local domain ${quote(clusterDomain)}`
    errors.push(generic(`invalid name ${quote(name)}: ${text}`, 'name'))
  }
  return errors
}

/** Not checked: whether names and versions have a form, as upstream. */
function referenceErrors({ name, kind, apiVersion = '', group = '', namespace = '' }: KReference, own: string): FieldError[] {
  return [
    ...(name === '' ? [missing('name')] : []),
    ...(kind === '' ? [missing('kind')] : []),
    ...(apiVersion === '' ? [missing('apiVersion')] : []),
    ...(group === '' ? [] : [disallowed('group')]),
    ...(namespace === '' || own === '' || namespace === own ? [] : [elsewhere(own, namespace)])
  ]
}

const elsewhere = (own: string, namespace: string): FieldError =>
  detailed(generic('mismatched namespaces', 'namespace'), `parent namespace: ${quote(own)} does not match ref: ${quote(namespace)}`)
