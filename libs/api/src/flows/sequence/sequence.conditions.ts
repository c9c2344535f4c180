import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Sequence is ready. */
export const sequenceConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['ChannelsReady', 'SubscriptionsReady', 'Addressable', 'EventPoliciesReady']
}
