import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Certificate is ready. `Renewing` informs only. */
export const certificateConditions: ConditionSet = { happy: 'Ready', dependents: [] }
