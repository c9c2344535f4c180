/** PodDisruptionBudget: how many pods may be away. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, type Cause } from '../../http/errors.ts'
import { countOrPercent, noneNegative, notMoreThanAll, optionalWord } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { pathSegmentProblems } from '../names.ts'
import { checkSelector } from '../selector.rules.ts'

function checkBudget({ spec }: k8s.PodDisruptionBudget): Cause[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec ?? {}
  const causes: Cause[] = []
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null
    }
    causes.push(invalidValue('spec', shown, 'minAvailable and maxUnavailable cannot be both set'))
  }
  for (const [name, value] of Object.entries({ minAvailable, maxUnavailable }))
    if (value !== undefined) causes.push(...countOrPercent(`spec.${name}`, value), ...notMoreThanAll(`spec.${name}`, value))
  causes.push(...checkSelector(selector, 'spec.selector'))
  return [...causes, ...optionalWord('spec.unhealthyPodEvictionPolicy', policy, ['AlwaysAllow', 'IfHealthyBudget'])]
}

export const disruptionBudgetRules: KindRules<k8s.PodDisruptionBudget> = {
  generation: 'spec',
  nameProblems: pathSegmentProblems,
  prepareCreate(budget) {
    budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
  },
  check: checkBudget,
  checkStatus: ({ status }) => noneNegative('status', status, ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'])
}
