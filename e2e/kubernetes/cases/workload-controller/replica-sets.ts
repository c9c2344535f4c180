/** ReplicaSets. */
import type { Case } from '../../recorded-case.ts'
import { object, pod, podTemplate } from '../builders.ts'
import { comesTo, made, podsAppear } from '../controller-builders.ts'
import { type Json, change } from './builders.ts'

const replicaSet = (spec: Json = {}) =>
  object('apps/v1 ReplicaSet', 'r', { spec: { replicas: 2, selector: { matchLabels: { app: 'r' } }, template: podTemplate('r'), ...spec } })

export const sets: readonly Case[] = [
  {
    name: 'a replica set adopts a pod that fits and lets go of one that does not any more',
    pods: true,
    steps: [
      ...made(pod('stray', {}, { labels: { app: 'r' } }), replicaSet()),
      podsAppear('r', 2, { capture: {} }),
      comesTo('v1 Pod stray', { 'metadata.ownerReferences.0.kind': 'ReplicaSet' }, ['metadata.ownerReferences']),
      { verb: 'patch', of: 'v1 Pod stray', patch: { metadata: { labels: { app: 'free' } } }, silent: true },
      podsAppear('r', 2, { capture: {} }),
      { verb: 'wait', of: 'v1 Pod stray', where: { 'metadata.ownerReferences': null }, show: ['metadata.ownerReferences'] },
      comesTo('apps/v1 ReplicaSet r', { 'status.replicas': 2 })
    ]
  },
  {
    name: 'the cheapest pod goes first',
    pods: true,
    steps: [
      ...made(replicaSet({ replicas: 3 })),
      podsAppear('r', 3),
      {
        verb: 'patch',
        of: 'v1 Pod $POD1',
        patch: { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } } },
        silent: true
      },
      { verb: 'sleep', ms: 200 },
      change('apps/v1 ReplicaSet r', { replicas: 2 }),
      { verb: 'wait', of: 'v1 Pod $POD1', status: 404, show: 'verdict' },
      comesTo('apps/v1 ReplicaSet r', { 'status.replicas': 2, 'status.observedGeneration': 2 })
    ]
  }
]
