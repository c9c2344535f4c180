import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Route is ready. */
export const routeConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['AllTrafficAssigned', 'IngressReady', 'CertificateProvisioned']
}
