/** Budgets. */
import type { Case, Step } from '../../recorded-case.ts'
import { deployment, object, pod } from '../builders.ts'
import { comesTo, made, podsAppear, ready } from '../controller-builders.ts'
import type { Json } from './builders.ts'

const BUDGET = 'policy/v1 PodDisruptionBudget b'

const budget = (spec: Json) => object('policy/v1 PodDisruptionBudget', 'b', { spec: { selector: { matchLabels: { app: 'd' } }, ...spec } })

const evict = (name: string): Step => ({
  verb: 'create',
  of: `v1 Pod ${name}`,
  path: `/api/v1/namespaces/$NS/pods/${name}/eviction`,
  object: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } }
})

export const budgets: readonly Case[] = [
  {
    name: 'a budget of pods that stay',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 2 }), budget({ minAvailable: 1 })),
      podsAppear('d', 2),
      ready('$POD0'),
      comesTo(BUDGET, { 'status.currentHealthy': 1 }),
      evict('$POD0'),
      ready('$POD1'),
      comesTo(BUDGET, { 'status.disruptionsAllowed': 1 }),
      evict('$POD0'),
      { verb: 'wait', of: 'v1 Pod $POD0', status: 404, show: 'verdict' }
    ]
  },
  {
    name: 'a budget by percent',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 3 }), budget({ maxUnavailable: '34%' })),
      podsAppear('d', 3),
      ready('$POD0'),
      ready('$POD1'),
      ready('$POD2'),
      comesTo(BUDGET, { 'status.currentHealthy': 3 })
    ]
  },
  {
    name: 'unhealthy pods may always go',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 2 }), budget({ minAvailable: 2, unhealthyPodEvictionPolicy: 'AlwaysAllow' })),
      podsAppear('d', 2),
      ready('$POD0', { conditions: [{ type: 'Ready', status: 'False' }] }),
      ready('$POD1'),
      comesTo(BUDGET, { 'status.currentHealthy': 1 }),
      evict('$POD0'),
      evict('$POD1')
    ]
  },
  {
    name: 'a budget of pods that nobody scales',
    pods: true,
    steps: [
      ...made(pod('one', {}, { labels: { app: 'd' } }), budget({ minAvailable: 1 })),
      ready('one'),
      comesTo(BUDGET, { 'status.currentHealthy': 1 })
    ]
  }
]
