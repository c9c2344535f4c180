import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether an ApiServerSource is ready. */
export const apiServerSourceConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['SinkProvided', 'Deployed', 'SufficientPermissions', 'OIDCIdentityCreated']
}
