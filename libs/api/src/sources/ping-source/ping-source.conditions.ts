import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a PingSource is ready. */
export const pingSourceConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['SinkProvided', 'Deployed', 'OIDCIdentityCreated']
}
