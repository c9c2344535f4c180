import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether an EventPolicy is ready. */
export const eventPolicyConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['AuthenticationEnabled', 'SubjectsResolved']
}
