import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Parallel is ready. */
export const parallelConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['ChannelsReady', 'SubscriptionsReady', 'Addressable', 'EventPoliciesReady']
}
