import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Configuration is ready. */
export const configurationConditions: ConditionSet = { happy: 'Ready', dependents: [] }
