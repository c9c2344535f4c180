import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a Revision is ready. `Active` informs only. */
export const revisionConditions: ConditionSet = { happy: 'Ready', dependents: ['ResourcesAvailable', 'ContainerHealthy'] }
