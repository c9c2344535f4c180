/** Pods, what each kind answers, and collections. */
import type { Case, Step } from '../../recorded-case.ts'
import { lease, object, pod, service } from '../builders.ts'
import { UID } from './builders.ts'

export const kinds: readonly Case[] = [
  {
    name: 'a pod on a node, in steps',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p', { nodeName: 'nowhere', terminationGracePeriodSeconds: 20 }), silent: true },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { dryRun: ['All'] },
        show: ['metadata.deletionGracePeriodSeconds', 'metadata.generation']
      },
      { verb: 'delete', of: 'v1 Pod p', show: ['kind', 'metadata.deletionGracePeriodSeconds', 'metadata.generation'] },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { gracePeriodSeconds: 60 },
        show: ['metadata.deletionGracePeriodSeconds', 'metadata.generation']
      },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { gracePeriodSeconds: 5 },
        show: ['metadata.deletionGracePeriodSeconds', 'metadata.generation']
      },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { gracePeriodSeconds: -1 },
        show: ['metadata.deletionGracePeriodSeconds', 'metadata.generation']
      },
      { verb: 'delete', of: 'v1 Pod p', options: { gracePeriodSeconds: 0 }, show: ['kind', 'metadata.deletionGracePeriodSeconds'] },
      { verb: 'get', of: 'v1 Pod p' }
    ]
  },
  {
    name: 'a pod with a finalizer',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p', {}, { finalizers: ['example.com/x'] }), silent: true },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        show: ['kind', 'metadata.deletionGracePeriodSeconds', 'metadata.finalizers', 'metadata.generation']
      },
      {
        verb: 'delete',
        of: 'v1 Pod p',
        options: { gracePeriodSeconds: 0 },
        show: ['kind', 'metadata.deletionGracePeriodSeconds', 'metadata.finalizers', 'metadata.generation']
      },
      { verb: 'patch', of: 'v1 Pod p', patch: { metadata: { finalizers: null } }, show: ['kind', 'metadata.deletionGracePeriodSeconds'] },
      { verb: 'get', of: 'v1 Pod p' }
    ]
  },
  {
    name: 'what each kind answers',
    pods: true,
    steps: (
      [
        lease('one'),
        service('one'),
        pod('one'),
        object('v1 Secret', 'one'),
        object('v1 ServiceAccount', 'one'),
        object('v1 ResourceQuota', 'one', { spec: {} }),
        object('v1 LimitRange', 'one', { spec: { limits: [] } }),
        object('v1 PodTemplate', 'one', { template: { spec: { containers: [{ name: 'c', image: 'x' }] } } }),
        object('v1 Endpoints', 'one'),
        object('rbac.authorization.k8s.io/v1 Role', 'one', { rules: [] }),
        object('networking.k8s.io/v1 NetworkPolicy', 'one', { spec: { podSelector: {} } }),
        object('discovery.k8s.io/v1 EndpointSlice', 'one', { addressType: 'IPv4', endpoints: [] })
      ] as const
    ).flatMap((one): Step[] => [
      { verb: 'create', object: one, silent: true },
      {
        verb: 'delete',
        of: `${one.apiVersion} ${one.kind} one`,
        show: ['kind', 'metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds']
      }
    ])
  },
  {
    name: 'collections',
    steps: [
      ...['a', 'b', 'c', 'd'].map((name, index): Step => ({
        verb: 'create',
        object: lease(name, {}, { labels: { n: String(index) }, ...(name === 'd' ? { finalizers: ['example.com/x'] } : {}) }),
        silent: true
      })),
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { labelSelector: 'n in (' } },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { fieldSelector: 'nonsense=x' }
      },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { labelSelector: 'n=1' } },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { fieldSelector: 'metadata.name=a' }
      },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { labelSelector: 'n=9' } },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        body: { preconditions: { uid: UID } }
      },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        body: { propagationPolicy: 'Nonsense' }
      },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        body: { dryRun: ['All'] },
        show: ['kind', 'items.0.metadata.name', 'items.1.metadata.name']
      },
      {
        verb: 'request',
        method: 'DELETE',
        path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases',
        query: { limit: '1' },
        show: ['kind', 'items.0.metadata.name', 'items.1.metadata.name', 'metadata.continue', 'metadata.remainingItemCount']
      },
      { verb: 'list', of: 'coordination.k8s.io/v1 Lease', show: ['items.0.metadata.name', 'items.1.metadata.name'] },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { resourceVersion: '0' } },
      {
        verb: 'list',
        of: 'coordination.k8s.io/v1 Lease',
        show: ['items.0.metadata.name', 'items.0.metadata.finalizers', 'items.0.metadata.deletionTimestamp']
      },
      { verb: 'patch', of: 'coordination.k8s.io/v1 Lease d', patch: { metadata: { finalizers: null } }, silent: true }
    ]
  },
  {
    name: 'collections that have none',
    steps: [
      { verb: 'request', method: 'DELETE', path: '/api/v1/namespaces/$NS/services', query: { dryRun: 'All' }, show: ['kind', 'items'] },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/leases', query: { fieldSelector: 'metadata.name=none' } },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', body: 'nonsense' },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { limit: 'x' } },
      { verb: 'request', method: 'DELETE', path: '/apis/coordination.k8s.io/v1/namespaces/$NS/leases', query: { gracePeriodSeconds: 'x' } }
    ]
  }
]
