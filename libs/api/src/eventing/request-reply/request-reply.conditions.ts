import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a RequestReply is ready. */
export const requestReplyConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['TriggersReady', 'Addressable', 'EventPoliciesReady', 'BrokerReady']
}
