import type { AdmissionContext } from '../../validation/admission-context.ts'
import { withUserAnnotations } from '../user-annotations.ts'
import type { DomainMapping } from './domain-mapping.ts'

/** Fills in a DomainMapping: what it leads to is in its own namespace. */
export function defaultDomainMapping(mapping: DomainMapping, context: AdmissionContext<DomainMapping>): DomainMapping {
  const { ref } = mapping.spec
  const { namespace } = mapping.metadata
  const local = (ref.namespace ?? '') === '' && namespace !== undefined
  return withUserAnnotations(local ? { ...mapping, spec: { ...mapping.spec, ref: { ...ref, namespace } } } : mapping, context)
}
