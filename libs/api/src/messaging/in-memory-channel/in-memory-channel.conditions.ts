import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether an InMemoryChannel is ready. */
export const inMemoryChannelConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['ServiceReady', 'EndpointsReady', 'Addressable', 'ChannelServiceReady', 'DeadLetterSinkResolved', 'EventPoliciesReady']
}
