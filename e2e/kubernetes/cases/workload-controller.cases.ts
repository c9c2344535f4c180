/** What becomes of Deployments, ReplicaSets, StatefulSets and DaemonSets: pods, revisions, counts, conditions, events. */
import type { Case, Step } from '../recorded-case.ts'
import { container, deployment, object, pod, podTemplate } from './builders.ts'
import { comesTo, eventsOf, made, podsAppear, ready } from './controller-builders.ts'

type Json = Readonly<Record<string, unknown>>

const DEPLOYMENT = 'apps/v1 Deployment d'
const STATEFUL = 'apps/v1 StatefulSet s'
const DAEMON = 'apps/v1 DaemonSet w'
const other = (app: string): Json => podTemplate(app, { containers: [container({ image: 'registry.example/app:v2' })] })
const change = (of: string, spec: Json): Step => ({ verb: 'patch', of, patch: { spec }, silent: true })
const stateful = (spec: Json = {}) =>
  object('apps/v1 StatefulSet', 's', {
    spec: { serviceName: 'hosts', replicas: 2, selector: { matchLabels: { app: 's' } }, template: podTemplate('s'), ...spec }
  })
const daemon = (spec: Json = {}) =>
  object('apps/v1 DaemonSet', 'w', { spec: { selector: { matchLabels: { app: 'w' } }, template: podTemplate('w'), ...spec } })
const replicaSet = (spec: Json = {}) =>
  object('apps/v1 ReplicaSet', 'r', { spec: { replicas: 2, selector: { matchLabels: { app: 'r' } }, template: podTemplate('r'), ...spec } })
const gone = (of: string): Step => ({ verb: 'delete', of, options: { gracePeriodSeconds: 0 }, silent: true })
const POD_PARTS = [
  'items.0.metadata.name',
  'items.0.metadata.labels',
  'items.0.metadata.ownerReferences',
  'items.0.spec.hostname',
  'items.0.spec.subdomain'
]
const setsAre = (app: string, count: number, show: readonly string[], where: Json = {}): Step => ({
  verb: 'wait',
  verb2: 'list',
  of: 'apps/v1 ReplicaSet',
  query: { labelSelector: `app=${app}` },
  where: { 'items.length': count, ...where },
  show
})
const claimTemplate = {
  metadata: { name: 'data', labels: { of: 'us' } },
  spec: { storageClassName: 'none', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } }
}

const deployments: readonly Case[] = [
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

const sets: readonly Case[] = [
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

const statefulSets: readonly Case[] = [
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

const daemonSets: readonly Case[] = [
  {
    name: 'a daemon set',
    pods: true,
    steps: [
      ...made(daemon()),
      podsAppear('w', 1, { show: ['items.0.metadata.labels', 'items.0.metadata.generateName', 'items.0.spec.tolerations'] }),
      comesTo(DAEMON, { 'status.currentNumberScheduled': 1, 'status.observedGeneration': 1, 'status.updatedNumberScheduled': 1 }),
      ready('$POD0'),
      comesTo(DAEMON, { 'status.numberAvailable': 1 }),
      eventsOf('w', 1)
    ]
  },
  {
    name: 'a daemon set for nodes that there are not',
    pods: true,
    steps: [
      ...made(daemon({ template: podTemplate('w', { nodeSelector: { no: 'such' } }) })),
      comesTo(DAEMON, { 'status.observedGeneration': 1 })
    ]
  },
  {
    name: 'a daemon update',
    pods: true,
    steps: [
      ...made(daemon()),
      podsAppear('w', 1),
      ready('$POD0'),
      comesTo(DAEMON, { 'status.numberAvailable': 1 }),
      change(DAEMON, { template: other('w') }),
      comesTo(DAEMON, { 'status.observedGeneration': 2, 'status.updatedNumberScheduled': 1, 'status.numberUnavailable': 1 }),
      eventsOf('w', 3, ['reason'])
    ]
  },
  {
    name: 'a daemon update with surge',
    pods: true,
    steps: [
      ...made(daemon({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })),
      podsAppear('w', 1, { capture: { OLD: 'items.0.metadata.name' } }),
      ready('$OLD'),
      comesTo(DAEMON, { 'status.numberAvailable': 1 }),
      change(DAEMON, { template: other('w') }),
      podsAppear('w', 2, { capture: {} }),
      {
        verb: 'wait',
        verb2: 'list',
        of: 'v1 Pod',
        query: { labelSelector: 'app=w', fieldSelector: 'metadata.name!=$OLD' },
        where: { 'items.length': 1 },
        capture: { NEW: 'items.0.metadata.name' }
      },
      ready('$NEW'),
      { verb: 'wait', of: 'v1 Pod $OLD', status: 404, show: 'verdict' },
      comesTo(DAEMON, { 'status.updatedNumberScheduled': 1, 'status.numberAvailable': 1, 'status.observedGeneration': 2 })
    ]
  },
  {
    name: 'a daemon set that is updated on delete',
    pods: true,
    steps: [
      ...made(daemon({ updateStrategy: { type: 'OnDelete' } })),
      podsAppear('w', 1),
      change(DAEMON, { template: other('w') }),
      comesTo(DAEMON, { 'status.observedGeneration': 2 }, ['status.updatedNumberScheduled', 'status.currentNumberScheduled']),
      gone('v1 Pod $POD0'),
      comesTo(DAEMON, { 'status.updatedNumberScheduled': 1 }, ['status.updatedNumberScheduled'])
    ]
  },
  {
    name: 'a daemon pod that failed',
    pods: true,
    steps: [
      ...made(daemon()),
      podsAppear('w', 1),
      { verb: 'patch', of: 'v1 Pod $POD0', sub: 'status', patch: { status: { phase: 'Failed' } }, silent: true },
      { verb: 'wait', of: 'v1 Pod $POD0', status: 404, show: 'verdict' },
      podsAppear('w', 1)
    ]
  }
]

export const cases: readonly Case[] = [...deployments, ...sets, ...statefulSets, ...daemonSets]
