import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether an EventTransform is ready. */
export const eventTransformConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['TransformationReady', 'Addressable', 'EventPoliciesReady']
}
