import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether an EventType is ready. */
export const eventTypeConditions: ConditionSet = { happy: 'Ready', dependents: ['ReferenceExists'] }
