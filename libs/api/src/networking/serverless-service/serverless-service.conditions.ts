import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a ServerlessService is ready. `ActivatorEndpointsPopulated` informs only. */
export const serverlessServiceConditions: ConditionSet = { happy: 'Ready', dependents: ['EndpointsPopulated'] }
