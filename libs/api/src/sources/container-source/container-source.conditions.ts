import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether a ContainerSource is ready. */
export const containerSourceConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['SinkBindingReady', 'ReceiveAdapterReady']
}
