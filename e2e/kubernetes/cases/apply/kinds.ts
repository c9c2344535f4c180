/** Values and kinds with ways of their own. */
import type { Case } from '../../recorded-case.ts'
import { configMap, deployment, lease, object, pod, service } from '../builders.ts'
import { MAP, as, map, text, containers } from './builders.ts'

export const kinds: readonly Case[] = [
  {
    name: 'quantities that say the same',
    steps: [
      as('m', containers({ name: 'a', image: 'x', resources: { limits: { cpu: '1000m', memory: '1024Mi' } } })),
      as('n', containers({ name: 'a', resources: { limits: { cpu: '1', memory: '1Gi' } } })),
      as('n', containers({ name: 'a', resources: { limits: { cpu: 1, memory: '1Gi' } } }))
    ]
  },
  {
    name: 'a secret in words',
    steps: [
      as('m', object('v1 Secret', 's', { stringData: { a: 'b' } })),
      as('m', object('v1 Secret', 's', { stringData: { a: 'c' } })),
      as('m', object('v1 Secret', 's', { data: { a: 'ZA==' } }))
    ]
  },
  {
    name: 'a lease',
    steps: [
      as('m', lease('l', { holderIdentity: 'me', renewTime: '2026-01-01T00:00:00.000000Z' })),
      as('n', lease('l', { holderIdentity: 'you' })),
      as('m', lease('l', { leaseDurationSeconds: 5 }))
    ]
  },
  {
    name: 'role rules',
    steps: [
      as('m', object('rbac.authorization.k8s.io/v1 Role', 'r', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] })),
      as('n', object('rbac.authorization.k8s.io/v1 Role', 'r', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] }))
    ]
  },
  {
    name: 'a service account',
    steps: [
      as('m', object('v1 ServiceAccount', 'sa', { imagePullSecrets: [{ name: 'p' }] })),
      as('n', object('v1 ServiceAccount', 'sa', { imagePullSecrets: [{ name: 'q' }] })),
      as('m', object('v1 ServiceAccount', 'sa'))
    ]
  },
  {
    name: 'a pod, and what may not change',
    pods: true,
    steps: [
      as('m', pod('p')),
      as('m', pod('p', { containers: [{ name: 'c', image: 'other' }] })),
      as('n', pod('p', { containers: [{ name: 'd', image: 'other' }] }))
    ]
  },
  {
    name: 'invalid when merged',
    steps: [
      as('m', service('s', { ports: [{ port: 80 }] })),
      as('n', service('s', { ports: [{ port: 81 }] })),
      as('m', map({ 'a b': 'c' })),
      as('m', map({}, { labels: { 'a b': 'c' } }))
    ]
  },
  {
    name: 'a scale takes the replicas over',
    steps: [
      as('m', deployment('d', { replicas: 0, paused: true })),
      {
        verb: 'patch',
        of: 'apps/v1 Deployment d',
        sub: 'scale',
        patch: { spec: { replicas: 0 } },
        query: { fieldManager: 's' },
        show: ['spec']
      }
    ]
  },
  {
    name: "of a missing subresource's object",
    steps: [
      { ...as('m', object('networking.k8s.io/v1 Ingress', 'i', { status: {} })), sub: 'status' },
      { ...as('m', configMap('x')), sub: 'status' }
    ]
  },
  {
    name: 'creates with a prefix',
    steps: [
      {
        verb: 'apply',
        path: '/api/v1/namespaces/$NS/configmaps/one',
        text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, generateName: on-}\n',
        show: 'all'
      }
    ]
  },
  {
    name: 'yaml with words, anchors and comments',
    steps: [
      text('# hello\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  a: &x |\n    two\n    lines\n  b: *x\n  c: "1"\n'),
      text('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  a: yes\n'),
      text('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\napiVersion: v1\n')
    ]
  },
  {
    name: 'while it leaves',
    steps: [
      as('m', map({ a: '1' }, { finalizers: ['example.com/x'] })),
      { verb: 'delete', of: MAP, silent: true },
      as('m', map({ a: '2' }, { finalizers: ['example.com/x'] })),
      as('n', map({}, { finalizers: ['example.com/y'] })),
      as('m', map({})),
      { verb: 'get', of: MAP }
    ]
  }
]
