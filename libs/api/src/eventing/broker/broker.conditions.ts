import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Broker is ready. */
export const brokerConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['IngressReady', 'TriggerChannelReady', 'FilterReady', 'Addressable', 'EventPoliciesReady']
}
