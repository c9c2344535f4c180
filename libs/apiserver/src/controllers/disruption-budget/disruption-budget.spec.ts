import { afterEach, describe, expect, it } from '@jest/globals'
import {
  podDisruptionBudgets,
  replicaSets,
  type Pod,
  type PodDisruptionBudget,
  type PodDisruptionBudgetSpec
} from '@knative-ts/api/kubernetes'
import { controllerRefOf } from '@knative-ts/kube'
import { readyPod, replicaSet } from '@knative-ts/testing'
import { startLoops, type TestLoops } from '../start-loops.fixture.ts'
import { budgetStatusOf } from './disruption-budget.plan.ts'
import { disruptionBudgetLoop } from './disruption-budget.reconciler.ts'

const now = Date.UTC(2030, 0, 1)
const ownerReferences = [controllerRefOf(replicaSet(), replicaSets)]
const ready = (name: string): Pod => readyPod({ metadata: { name, ownerReferences } })
const unready = (name: string): Pod =>
  readyPod({ metadata: { name, ownerReferences }, status: { conditions: [{ type: 'Ready', status: 'False' }] } })
const budget = (spec: PodDisruptionBudgetSpec, status?: PodDisruptionBudget['status']): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'b', namespace: 'default', generation: 1 },
  spec: { selector: { matchLabels: { app: 'hello' } }, ...spec },
  ...(status === undefined ? {} : { status })
})

describe('the status of a budget', () => {
  it.each([
    [{ minAvailable: 2 }, 3, 3, 1, 2, 3],
    [{ minAvailable: 2 }, 2, 3, 0, 2, 3],
    [{ minAvailable: '50%' }, 3, 5, 0, 3, 5],
    [{ maxUnavailable: 1 }, 3, 3, 1, 2, 3],
    [{ maxUnavailable: '34%' }, 3, 3, 2, 1, 3],
    [{ maxUnavailable: 0 }, 3, 3, 0, 3, 3],
    [{ minAvailable: 0 }, 0, 0, 0, 0, 0]
  ])('of %j with %i healthy of %i allows %i: %i of %i must be', (spec, healthy, all, disruptionsAllowed, desiredHealthy, expectedPods) => {
    const pods = Array.from({ length: all }, (_, index) => (index < healthy ? ready(`p${index}`) : unready(`p${index}`)))
    const status = budgetStatusOf(budget(spec), pods, { pods: all, unmanaged: [] }, now)
    expect(status).toMatchObject({ disruptionsAllowed, currentHealthy: healthy, desiredHealthy, expectedPods, observedGeneration: 1 })
    expect(status.conditions).toMatchObject([{ type: 'DisruptionAllowed', status: disruptionsAllowed > 0 ? 'True' : 'False' }])
  })

  it('does not count a pod whose eviction was allowed, for two minutes', () => {
    const disrupted = budget(
      { minAvailable: 1 },
      { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, disruptedPods: { a: '2030-01-01T00:00:00Z' } }
    )
    const at = (time: number) => budgetStatusOf(disrupted, [ready('a'), ready('b')], { pods: 2, unmanaged: [] }, time)
    expect(at(now + 119_000)).toMatchObject({ currentHealthy: 1, disruptedPods: { a: '2030-01-01T00:00:00Z' } })
    expect(at(now + 120_000).currentHealthy).toBe(2)
    expect(at(now + 120_000).disruptedPods).toBeUndefined()
  })
})

describe('the disruption controller', () => {
  let world: TestLoops | undefined
  afterEach(async () => world?.stop())

  it('follows pods and what scales them', async () => {
    const set = replicaSet({ spec: { replicas: 2 } })
    const at = (world = await startLoops((context) => [disruptionBudgetLoop(context)], [set, ready('a')]))
    await at.client.create(podDisruptionBudgets, budget({ maxUnavailable: 1 }))
    const status = () => at.find(podDisruptionBudgets, 'default/b')?.status
    await at.until(() => status()?.expectedPods === 2)
    expect(status()).toMatchObject({ currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0 })
    at.put(ready('b'))
    expect(await at.until(() => status()?.disruptionsAllowed === 1)).toBe(true)
  })
})
