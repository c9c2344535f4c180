/** StatefulSets. */
import type { Case } from '../../recorded-case.ts'
import { object, podTemplate } from '../builders.ts'
import { comesTo, eventsOf, made, podsAppear, ready } from '../controller-builders.ts'
import { type Json, other, change, gone } from './builders.ts'

const STATEFUL = 'apps/v1 StatefulSet s'

const stateful = (spec: Json = {}) =>
  object('apps/v1 StatefulSet', 's', {
    spec: { serviceName: 'hosts', replicas: 2, selector: { matchLabels: { app: 's' } }, template: podTemplate('s'), ...spec }
  })

const POD_PARTS = [
  'items.0.metadata.name',
  'items.0.metadata.labels',
  'items.0.metadata.ownerReferences',
  'items.0.spec.hostname',
  'items.0.spec.subdomain'
]

const claimTemplate = {
  metadata: { name: 'data', labels: { of: 'us' } },
  spec: { storageClassName: 'none', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } }
}

export const statefulSets: readonly Case[] = [
  {
    name: 'a stateful set, in order',
    pods: true,
    steps: [
      ...made(stateful()),
      podsAppear('s', 1, { show: POD_PARTS }),
      comesTo(STATEFUL, { 'status.replicas': 1 }),
      ready('s-0'),
      podsAppear('s', 2),
      ready('s-1'),
      comesTo(STATEFUL, { 'status.readyReplicas': 2 }),
      eventsOf('s', 2),
      change(STATEFUL, { replicas: 0 }),
      { verb: 'wait', of: 'v1 Pod s-1', status: 404, show: 'verdict' },
      { verb: 'wait', of: 'v1 Pod s-0', status: 404, show: 'verdict' },
      comesTo(STATEFUL, { 'status.replicas': 0, 'status.observedGeneration': 2 })
    ]
  },
  {
    name: 'a stateful set, all at once, from another ordinal',
    pods: true,
    steps: [
      ...made(stateful({ podManagementPolicy: 'Parallel', ordinals: { start: 3 }, replicas: 2 })),
      podsAppear('s', 2, { show: ['items.0.metadata.name', 'items.1.metadata.name'] }),
      comesTo(STATEFUL, { 'status.replicas': 2 }, ['status.replicas', 'status.currentReplicas', 'status.updatedReplicas'])
    ]
  },
  {
    name: 'a stateful update, from the last down to the partition',
    pods: true,
    steps: [
      ...made(stateful({ replicas: 3, podManagementPolicy: 'Parallel', updateStrategy: { rollingUpdate: { partition: 1 } } })),
      podsAppear('s', 3),
      ready('s-0'),
      ready('s-1'),
      ready('s-2'),
      comesTo(STATEFUL, { 'status.readyReplicas': 3 }),
      change(STATEFUL, { template: other('s') }),
      comesTo('v1 Pod s-2', { 'spec.containers.0.image': 'registry.example/app:v2' }, ['spec.containers.0.image']),
      comesTo('v1 Pod s-1', { 'spec.containers.0.image': 'registry.example/app:v1' }, ['spec.containers.0.image']),
      comesTo(STATEFUL, { 'status.updatedReplicas': 1 }, [
        'status.replicas',
        'status.readyReplicas',
        'status.updatedReplicas',
        'status.currentReplicas'
      ]),
      ready('s-2'),
      comesTo('v1 Pod s-1', { 'spec.containers.0.image': 'registry.example/app:v2' }, ['spec.containers.0.image']),
      ready('s-1'),
      comesTo(STATEFUL, { 'status.readyReplicas': 3, 'status.updatedReplicas': 2 }, [
        'status.replicas',
        'status.readyReplicas',
        'status.updatedReplicas',
        'status.currentReplicas'
      ]),
      comesTo('v1 Pod s-0', { 'spec.containers.0.image': 'registry.example/app:v1' }, ['spec.containers.0.image'])
    ]
  },
  {
    name: 'a stateful set that is updated on delete',
    pods: true,
    steps: [
      ...made(stateful({ replicas: 1, updateStrategy: { type: 'OnDelete' } })),
      podsAppear('s', 1),
      ready('s-0'),
      comesTo(STATEFUL, { 'status.readyReplicas': 1 }),
      change(STATEFUL, { template: other('s') }),
      comesTo(STATEFUL, { 'status.observedGeneration': 2 }, ['status.replicas', 'status.updatedReplicas', 'status.currentReplicas']),
      gone('v1 Pod s-0'),
      comesTo('v1 Pod s-0', { 'spec.containers.0.image': 'registry.example/app:v2' }, ['spec.containers.0.image'])
    ]
  },
  {
    name: 'claims of a stateful set',
    pods: true,
    steps: [
      ...made(stateful({ replicas: 1, volumeClaimTemplates: [claimTemplate] })),
      podsAppear('s', 1, { show: ['items.0.spec.volumes.0'] }),
      comesTo('v1 PersistentVolumeClaim data-s-0', { 'status.phase': 'Pending' }, [
        'metadata.labels',
        'metadata.ownerReferences',
        'metadata.finalizers',
        'spec.accessModes',
        'spec.resources',
        'spec.storageClassName'
      ]),
      eventsOf('s', 2)
    ]
  },
  {
    name: 'claims that go with their stateful set',
    pods: true,
    steps: [
      ...made(
        stateful({
          replicas: 1,
          volumeClaimTemplates: [claimTemplate],
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' }
        })
      ),
      podsAppear('s', 1),
      comesTo('v1 PersistentVolumeClaim data-s-0', { 'metadata.ownerReferences.length': 1 }, ['metadata.ownerReferences']),
      { verb: 'patch', of: STATEFUL, patch: { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } } }, silent: true },
      {
        verb: 'wait',
        of: 'v1 PersistentVolumeClaim data-s-0',
        where: { 'metadata.ownerReferences': null },
        show: ['metadata.ownerReferences']
      }
    ]
  },
  {
    name: 'claims that go when a stateful set shrinks',
    pods: true,
    steps: [
      ...made(
        stateful({
          replicas: 2,
          podManagementPolicy: 'Parallel',
          volumeClaimTemplates: [claimTemplate],
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' }
        })
      ),
      podsAppear('s', 2),
      comesTo('v1 PersistentVolumeClaim data-s-1', { 'status.phase': 'Pending' }, ['metadata.ownerReferences']),
      change(STATEFUL, { replicas: 1 }),
      { verb: 'wait', of: 'v1 PersistentVolumeClaim data-s-1', status: 404, show: 'verdict' },
      comesTo('v1 PersistentVolumeClaim data-s-0', { 'status.phase': 'Pending' }, ['metadata.ownerReferences'])
    ]
  },
  {
    name: 'a stateful pod that ended is made again',
    pods: true,
    steps: [
      ...made(stateful({ replicas: 1 })),
      podsAppear('s', 1),
      { verb: 'get', of: 'v1 Pod s-0', capture: { FIRST: 'metadata.uid' }, silent: true },
      { verb: 'patch', of: 'v1 Pod s-0', sub: 'status', patch: { status: { phase: 'Failed' } }, silent: true },
      comesTo('v1 Pod s-0', { 'status.phase': 'Pending' }, ['status.phase'])
    ]
  }
]
