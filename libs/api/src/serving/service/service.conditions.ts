import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Service is ready. */
export const serviceConditions: ConditionSet = { happy: 'Ready', dependents: ['ConfigurationsReady', 'RoutesReady'] }
