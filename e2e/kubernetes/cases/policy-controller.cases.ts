/** What controllers make of budgets, quotas, volumes and the endpoints of Services. */
import type { Case, Step } from '../recorded-case.ts'
import { deployment, object, pod, service } from './builders.ts'
import { comesTo, eventsOf, made, podsAppear, ready } from './controller-builders.ts'

type Json = Readonly<Record<string, unknown>>

const BUDGET = 'policy/v1 PodDisruptionBudget b'
const budget = (spec: Json) => object('policy/v1 PodDisruptionBudget', 'b', { spec: { selector: { matchLabels: { app: 'd' } }, ...spec } })
const evict = (name: string): Step => ({
  verb: 'create',
  of: `v1 Pod ${name}`,
  path: `/api/v1/namespaces/$NS/pods/${name}/eviction`,
  object: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } }
})
const QUOTA = 'v1 ResourceQuota q'
const quota = (hard: Json, more: Json = {}) => object('v1 ResourceQuota', 'q', { spec: { hard, ...more } })
const asking = (requests: Json, limits: Json = {}) => ({
  containers: [{ name: 'c', image: 'registry.example/app:v1', resources: { requests, limits } }]
})
const CLAIM = 'v1 PersistentVolumeClaim c'
const claim = (spec: Json = {}) =>
  object('v1 PersistentVolumeClaim', 'c', {
    spec: { storageClassName: '$NS', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec }
  })
const VOLUME = 'v1 PersistentVolume $NS'
const volume = (spec: Json = {}) =>
  object('v1 PersistentVolume', '$NS', {
    spec: {
      storageClassName: '$NS',
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/nowhere/at/all' },
      ...spec
    }
  })
const SLICES: Partial<Step> = { verb: 'wait', verb2: 'list', of: 'discovery.k8s.io/v1 EndpointSlice' }
const SLICE_PARTS = ['items.0.metadata.labels', 'items.0.metadata.annotations', 'items.0.addressType', 'items.0.endpoints', 'items.0.ports']

const budgets: readonly Case[] = [
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

const quotas: readonly Case[] = [
  {
    name: 'a quota counts, and refuses',
    pods: true,
    steps: [
      ...made(quota({ 'requests.cpu': '1', 'limits.memory': '1Gi', pods: '2', 'count/secrets': '5', services: '1' })),
      comesTo(QUOTA, { 'status.used.pods': '0' }),
      { verb: 'create', object: pod('one', asking({ cpu: '500m' }, { memory: '512Mi' })), show: 'verdict' },
      comesTo(QUOTA, { 'status.used.pods': '1' }),
      { verb: 'create', object: pod('two', asking({ cpu: '600m' }, { memory: '1Mi' })) },
      { verb: 'create', object: pod('three') },
      { verb: 'create', object: service('s'), silent: true },
      comesTo(QUOTA, { 'status.used.services': '1' }, ['status.used']),
      { verb: 'create', object: service('t') },
      { verb: 'delete', of: 'v1 Pod one', options: { gracePeriodSeconds: 0 }, silent: true },
      comesTo(QUOTA, { 'status.used.pods': '0' }, ['status.used'])
    ]
  },
  {
    name: 'a quota of pods that ask for nothing',
    pods: true,
    steps: [
      ...made(quota({ pods: '1' }, { scopes: ['BestEffort'] })),
      comesTo(QUOTA, { 'status.used.pods': '0' }),
      { verb: 'create', object: pod('asks', asking({ cpu: '1m' })), show: 'verdict' },
      { verb: 'create', object: pod('one'), show: 'verdict' },
      { verb: 'create', object: pod('two') },
      comesTo(QUOTA, { 'status.used.pods': '1' })
    ]
  },
  {
    name: 'an update may exceed a quota too',
    pods: true,
    steps: [
      ...made(quota({ 'services.nodeports': '0', services: '3' })),
      comesTo(QUOTA, { 'status.used.services': '0' }, []),
      { verb: 'create', object: service('s'), show: 'verdict' },
      { verb: 'patch', of: 'v1 Service s', patch: { spec: { type: 'NodePort' } } },
      { verb: 'create', object: service('t', { type: 'NodePort' }) }
    ]
  },
  {
    name: 'a quota of claims',
    pods: true,
    steps: [
      ...made(quota({ persistentvolumeclaims: '2', 'requests.storage': '3Gi' })),
      comesTo(QUOTA, { 'status.used.persistentvolumeclaims': '0' }),
      { verb: 'create', object: claim(), show: 'verdict' },
      comesTo(QUOTA, { 'status.used.persistentvolumeclaims': '1' }, ['status.used']),
      { verb: 'create', object: { ...claim({ resources: { requests: { storage: '2500Mi' } } }), metadata: { name: 'more' } } }
    ]
  }
]

const storage: readonly Case[] = [
  {
    name: 'a claim finds its volume, and gives it back',
    steps: [
      ...made(volume()),
      comesTo(VOLUME, { 'status.phase': 'Available' }, ['metadata.finalizers', 'status.phase', 'spec.persistentVolumeReclaimPolicy']),
      ...made(claim()),
      comesTo(CLAIM, { 'status.phase': 'Bound' }, ['metadata.annotations', 'metadata.finalizers', 'spec.volumeName', 'status']),
      comesTo(VOLUME, { 'status.phase': 'Bound' }, [
        'metadata.annotations',
        'spec.claimRef.kind',
        'spec.claimRef.name',
        'spec.claimRef.uid'
      ]),
      { verb: 'delete', of: CLAIM, silent: true },
      { verb: 'wait', of: CLAIM, status: 404, show: 'verdict' },
      comesTo(VOLUME, { 'status.phase': 'Released' }, ['status.phase', 'status.message'])
    ]
  },
  {
    name: 'a claim of a class that there is not',
    steps: [
      ...made(claim()),
      {
        verb: 'wait',
        verb2: 'list',
        of: 'v1 Event',
        where: { 'items.length': 1 },
        show: ['items.0.type', 'items.0.reason', 'items.0.message']
      },
      comesTo(CLAIM, { 'status.phase': 'Pending' }, ['status', 'metadata.annotations'])
    ]
  },
  {
    name: 'a volume that is kept for a claim',
    steps: [
      ...made(volume({ claimRef: { namespace: '$NS', name: 'c' } })),
      comesTo(VOLUME, { 'status.phase': 'Available' }, ['status.phase']),
      ...made(claim()),
      comesTo(CLAIM, { 'status.phase': 'Bound' }, ['metadata.annotations', 'spec.volumeName', 'status']),
      comesTo(VOLUME, { 'status.phase': 'Bound' }, ['metadata.annotations'])
    ]
  },
  {
    name: 'a volume too small for the claim that names it',
    steps: [
      ...made(volume({ capacity: { storage: '1Mi' } }), claim({ volumeName: '$NS' })),
      {
        verb: 'wait',
        verb2: 'list',
        of: 'v1 Event',
        where: { 'items.0.reason': 'VolumeMismatch' },
        show: ['items.0.type', 'items.0.message']
      },
      comesTo(CLAIM, { 'status.phase': 'Pending' }, ['status'])
    ]
  },
  {
    name: 'a claim whose volume goes',
    steps: [
      ...made(volume(), claim()),
      comesTo(CLAIM, { 'status.phase': 'Bound' }, ['status.phase']),
      // In this order: its finalizer is put back onto a volume that is not on its way out.
      { verb: 'delete', of: VOLUME, silent: true },
      { verb: 'patch', of: VOLUME, patch: { metadata: { finalizers: null } }, silent: true },
      comesTo(CLAIM, { 'status.phase': 'Lost' }, ['status'])
    ]
  }
]

const endpoints: readonly Case[] = [
  {
    name: 'endpoints written by hand are mirrored',
    steps: [
      ...made(
        service('s'),
        object(
          'v1 Endpoints',
          's',
          {
            subsets: [
              {
                addresses: [{ ip: '10.1.2.3', hostname: 'h' }],
                ports: [{ name: 'p', port: 8080 }]
              }
            ]
          },
          { labels: { of: 'us' } }
        )
      ),
      { ...SLICES, where: { 'items.length': 1 }, show: SLICE_PARTS } as Step,
      { verb: 'delete', of: 'v1 Endpoints s', silent: true },
      { ...SLICES, where: { 'items.length': 0 }, show: ['items.length'] } as Step
    ]
  },
  {
    name: 'a token in a secret',
    settled: true,
    steps: [
      ...made(
        object('v1 ServiceAccount', 'sa'),
        object(
          'v1 Secret',
          't',
          { type: 'kubernetes.io/service-account-token' },
          { annotations: { 'kubernetes.io/service-account.name': 'sa' } }
        )
      ),
      { verb: 'wait', of: 'v1 Secret t', where: { 'data.namespace.length': 20 }, timeoutMs: 3_000, show: ['type', 'metadata.annotations'] },
      { verb: 'delete', of: 'v1 ServiceAccount sa', silent: true },
      { verb: 'wait', of: 'v1 Secret t', status: 404, show: 'verdict' }
    ]
  }
]

/** A pod with a volume that is made for it. */
const scratch = (name: string) =>
  pod(name, {
    volumes: [
      {
        name: 'data',
        ephemeral: {
          volumeClaimTemplate: {
            metadata: { labels: { kind: 'scratch' }, annotations: { note: 'template' } },
            spec: { storageClassName: '$NS', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
          }
        }
      }
    ]
  })
const scratchClaim = { ...claim(), metadata: { name: 'p-data' } }
const SCRATCH = 'v1 PersistentVolumeClaim p-data'

const ephemeral: readonly Case[] = [
  {
    name: 'an ephemeral volume has a claim while its pod is there',
    pods: true,
    steps: [
      { verb: 'create', object: scratch('p'), silent: true },
      {
        verb: 'wait',
        of: SCRATCH,
        where: { 'metadata.labels.kind': 'scratch' },
        show: ['metadata.labels', 'metadata.annotations', 'metadata.ownerReferences.0.kind', 'metadata.ownerReferences.0.name', 'spec']
      },
      comesTo(SCRATCH, { 'status.phase': 'Pending' }, [
        'metadata.ownerReferences.0.controller',
        'metadata.ownerReferences.0.blockOwnerDeletion',
        'metadata.finalizers'
      ]),
      { verb: 'delete', of: 'v1 Pod p', options: { gracePeriodSeconds: 0 }, silent: true },
      { verb: 'wait', of: SCRATCH, status: 404, show: 'verdict' }
    ]
  },
  {
    name: 'an ephemeral volume takes no claim of others',
    pods: true,
    steps: [
      ...made(scratchClaim, scratch('p')),
      eventsOf('p', 1, ['type', 'reason', 'message', 'source', 'reportingComponent']),
      { verb: 'get', of: SCRATCH, show: ['metadata.ownerReferences', 'metadata.labels'] }
    ]
  }
]

export const cases: readonly Case[] = [...budgets, ...quotas, ...storage, ...ephemeral, ...endpoints]
