import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a PodAutoscaler is ready. */
export const podAutoscalerConditions: ConditionSet = { happy: 'Ready', dependents: ['Active', 'ScaleTargetInitialized', 'SKSReady'] }
