/** Deployments. */
import type { Case, Step } from '../../recorded-case.ts'
import { deployment, object, podTemplate } from '../builders.ts'
import { comesTo, eventsOf, made, podsAppear, ready } from '../controller-builders.ts'
import { type Json, other, change } from './builders.ts'

const DEPLOYMENT = 'apps/v1 Deployment d'

const setsAre = (app: string, count: number, show: readonly string[], where: Json = {}): Step => ({
  verb: 'wait',
  verb2: 'list',
  of: 'apps/v1 ReplicaSet',
  query: { labelSelector: `app=${app}` },
  where: { 'items.length': count, ...where },
  show
})

export const deployments: readonly Case[] = [
  {
    name: 'a deployment becomes available',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 1 })),
      podsAppear('d', 1),
      comesTo(DEPLOYMENT, { 'status.unavailableReplicas': 1, 'status.updatedReplicas': 1, 'status.conditions.length': 2 }),
      ready('$POD0'),
      comesTo(DEPLOYMENT, { 'status.availableReplicas': 1, 'status.conditions.1.reason': 'NewReplicaSetAvailable' }),
      eventsOf('d', 1)
    ]
  },
  {
    name: 'paused and resumed',
    pods: true,
    steps: [
      ...made(deployment('d', { paused: true })),
      comesTo(DEPLOYMENT, { 'status.observedGeneration': 1 }),
      change(DEPLOYMENT, { paused: false }),
      podsAppear('d', 1),
      change(DEPLOYMENT, { paused: true }),
      comesTo(DEPLOYMENT, { 'status.observedGeneration': 3, 'status.replicas': 1 }, [
        'status.conditions',
        'status.replicas',
        'metadata.annotations'
      ]),
      change(DEPLOYMENT, { template: other('d') }),
      comesTo(DEPLOYMENT, { 'status.observedGeneration': 4 }, ['status.conditions', 'status.replicas']),
      setsAre('d', 1, ['items.0.spec.replicas'])
    ]
  },
  {
    name: 'a change and back: revisions',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 1, strategy: { type: 'Recreate' } })),
      podsAppear('d', 1),
      ready('$POD0'),
      change(DEPLOYMENT, { template: other('d') }),
      setsAre('d', 2, [], { 'items.1.metadata.annotations.deployment~kubernetes~io/desired-replicas': '1' }),
      comesTo(DEPLOYMENT, { 'metadata.annotations.deployment~kubernetes~io/revision': '2', 'status.observedGeneration': 2 }, [
        'metadata.annotations'
      ]),
      change(DEPLOYMENT, { template: podTemplate('d') }),
      comesTo(DEPLOYMENT, { 'metadata.annotations.deployment~kubernetes~io/revision': '3' }, ['metadata.annotations'])
    ]
  },
  {
    name: 'a rolling update in steps',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 4, strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } })),
      podsAppear('d', 4),
      ready('$POD0'),
      ready('$POD1'),
      ready('$POD2'),
      ready('$POD3'),
      comesTo(DEPLOYMENT, { 'status.availableReplicas': 4 }),
      change(DEPLOYMENT, { template: other('d') }),
      comesTo(DEPLOYMENT, { 'status.updatedReplicas': 2, 'status.replicas': 5, 'status.observedGeneration': 2 }, [
        'status.replicas',
        'status.updatedReplicas',
        'status.readyReplicas',
        'status.availableReplicas',
        'status.unavailableReplicas'
      ]),
      eventsOf('d', 4, ['reason'])
    ]
  },
  {
    name: 'scaled in the middle of a rollout: in proportion',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 4, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } })),
      podsAppear('d', 4),
      ready('$POD0'),
      ready('$POD1'),
      ready('$POD2'),
      ready('$POD3'),
      comesTo(DEPLOYMENT, { 'status.availableReplicas': 4 }),
      change(DEPLOYMENT, { template: other('d') }),
      comesTo(DEPLOYMENT, { 'status.updatedReplicas': 2, 'status.replicas': 5 }),
      change(DEPLOYMENT, { replicas: 8 }),
      comesTo(DEPLOYMENT, { 'status.replicas': 9, 'status.observedGeneration': 3 }, ['status.replicas', 'status.updatedReplicas'])
    ]
  },
  {
    name: 'recreated: the old pods go first',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 2, strategy: { type: 'Recreate' } })),
      podsAppear('d', 2),
      comesTo(DEPLOYMENT, { 'status.updatedReplicas': 2 }),
      change(DEPLOYMENT, { template: other('d') }),
      podsAppear('d', 2, { query: { labelSelector: 'app=d' } }),
      comesTo(DEPLOYMENT, { 'status.updatedReplicas': 2, 'status.observedGeneration': 2, 'status.replicas': 2 }, [
        'status.replicas',
        'status.updatedReplicas',
        'status.conditions.1.reason'
      ]),
      eventsOf('d', 3, ['reason'])
    ]
  },
  {
    name: 'old sets are forgotten',
    pods: true,
    steps: [
      ...made(deployment('d', { replicas: 0, revisionHistoryLimit: 1 })),
      setsAre('d', 1, []),
      change(DEPLOYMENT, { template: other('d') }),
      setsAre('d', 2, []),
      change(DEPLOYMENT, { template: podTemplate('d', { hostname: 'x' }) }),
      comesTo(DEPLOYMENT, { 'metadata.annotations.deployment~kubernetes~io/revision': '3' }, ['metadata.annotations']),
      setsAre('d', 2, ['items.length'])
    ]
  },
  {
    name: 'a quota stops its pods',
    pods: true,
    steps: [
      ...made(object('v1 ResourceQuota', 'q', { spec: { hard: { pods: '0' } } })),
      comesTo('v1 ResourceQuota q', { 'status.used.pods': '0' }, []),
      ...made(deployment('d', { replicas: 1 })),
      comesTo(DEPLOYMENT, { 'status.conditions.length': 3 }, [
        'status.conditions.0.type',
        'status.conditions.0.reason',
        'status.conditions.1.type',
        'status.conditions.1.reason',
        'status.conditions.1.message',
        'status.conditions.2.type',
        'status.conditions.2.status',
        'status.conditions.2.reason'
      ])
    ]
  }
]
