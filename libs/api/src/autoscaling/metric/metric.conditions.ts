import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Metric is ready. */
export const metricConditions: ConditionSet = { happy: 'Ready', dependents: [] }
