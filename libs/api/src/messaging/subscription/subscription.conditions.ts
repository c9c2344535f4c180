import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Subscription is ready. */
export const subscriptionConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['ReferencesResolved', 'AddedToChannel', 'ChannelReady', 'OIDCIdentityCreated']
}
