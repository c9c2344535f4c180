import type { ConditionSet } from '../../conditions/condition-set.ts'

/** What decides whether an IntegrationSource is ready. */
export const integrationSourceConditions: ConditionSet = {
  happy: 'Ready',
  dependents: ['ContainerSourceReady']
}
