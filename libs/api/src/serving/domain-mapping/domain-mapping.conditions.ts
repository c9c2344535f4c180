import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a DomainMapping is ready. */
export const domainMappingConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['DomainClaimed', 'ReferenceResolved', 'IngressReady', 'CertificateProvisioned']
}
