import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether an IntegrationSink is ready. */
export const integrationSinkConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['Addressable', 'DeploymentReady', 'EventPoliciesReady', 'TrustBundlePropagated']
}
