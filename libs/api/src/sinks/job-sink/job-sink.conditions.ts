import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a JobSink is ready. */
export const jobSinkConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['Addressable', 'EventPoliciesReady']
}
