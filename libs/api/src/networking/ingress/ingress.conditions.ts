import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Ingress is ready. */
export const ingressConditions: ConditionSet = { happy: 'Ready', dependents: ['NetworkConfigured', 'LoadBalancerReady'] }
