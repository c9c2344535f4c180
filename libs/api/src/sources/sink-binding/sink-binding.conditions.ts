import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a SinkBinding is ready. */
export const sinkBindingConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['SinkBindingAvailable', 'SinkProvided', 'OIDCIdentityCreated', 'OIDCTokenSecretCreated', 'TrustBundlePropagated']
}
