import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Channel is ready. */
export const channelConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['BackingChannelReady', 'Addressable', 'DeadLetterSinkResolved', 'EventPoliciesReady']
}
