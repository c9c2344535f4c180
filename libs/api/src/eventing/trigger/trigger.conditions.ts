import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Trigger is ready. */
export const triggerConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['BrokerReady', 'SubscriptionReady', 'DependencyReady', 'SubscriberResolved', 'DeadLetterSinkResolved', 'OIDCIdentityCreated']
}
