/** Objects that are replaced. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, deployment, lease, networkPolicy, object, pod, service, template } from '../builders.ts'
import { UID, MAPS, made } from './builders.ts'

export const replacements: readonly Case[] = [
  {
    name: 'put with another namespace',
    steps: [
      ...made(configMap('one')),
      { verb: 'request', method: 'PUT', path: `${MAPS}/one`, body: configMap('one', {}, { namespace: 'other' }) }
    ]
  },
  {
    name: 'put with another name',
    steps: [...made(configMap('one')), { verb: 'request', method: 'PUT', path: `${MAPS}/one`, body: configMap('two') }]
  },
  { name: 'put of a missing object', steps: [{ verb: 'update', object: configMap('one') }] },
  { name: 'put of a missing object creates a lease', steps: [{ verb: 'update', object: lease('one'), show: 'all' }] },
  { name: 'put of a missing object creates an endpoints', steps: [{ verb: 'update', object: object('v1 Endpoints', 'one') }] },
  { name: 'put of a missing object with a uid', steps: [{ verb: 'update', object: lease('one', {}, { uid: UID }) }] },
  { name: 'put of a missing object with a version', steps: [{ verb: 'update', object: lease('one', {}, { resourceVersion: '7' }) }] },
  { name: 'put of a missing pod', steps: [{ verb: 'update', object: pod('one') }] },
  { name: 'put of a missing service', steps: [{ verb: 'update', object: service('one') }] },
  { name: 'put of a missing deployment', steps: [{ verb: 'update', object: deployment('one') }] },
  { name: 'put of a missing role', steps: [{ verb: 'update', object: object('rbac.authorization.k8s.io/v1 Role', 'one', { rules: [] }) }] },
  ...['0', '', 'x', '-1', '99999999999', '1'].map((version): Case => ({
    name: `put at version "${version}"`,
    steps: [...made(configMap('one')), { verb: 'update', object: configMap('one', { a: 'c' }, { resourceVersion: version }), show: 'all' }]
  })),
  ...['0', '', 'x', '99999999999'].map((version): Case => ({
    name: `put of a service at version "${version}"`,
    steps: [
      ...made(service('one')),
      {
        verb: 'update',
        object: service('one', { ports: [{ port: 81 }] }),
        ...(version === '' ? {} : { change: { metadata: { resourceVersion: version } } })
      }
    ]
  })),
  ...['deployments', 'networkpolicies'].map((plural): Case => ({
    name: `put without a version, ${plural}`,
    steps: [
      ...made(plural === 'deployments' ? deployment('one', { replicas: 0, paused: true }) : networkPolicy('one')),
      {
        verb: 'update',
        object:
          plural === 'deployments'
            ? deployment('one', { replicas: 0, paused: true, minReadySeconds: 1 })
            : networkPolicy('one', { podSelector: {}, policyTypes: ['Egress'] }),
        show: ['metadata.generation', 'spec.minReadySeconds', 'spec.policyTypes']
      }
    ]
  })),
  {
    name: 'put with another uid',
    steps: [...made(configMap('one')), { verb: 'update', object: configMap('one', { a: 'c' }, { uid: UID }) }]
  },
  {
    name: "put that changes what is the server's",
    steps: [
      ...made(lease('one')),
      {
        verb: 'update',
        of: 'coordination.k8s.io/v1 Lease one',
        change: {
          metadata: {
            creationTimestamp: '2020-01-01T00:00:00Z',
            generation: 7,
            selfLink: '/x',
            deletionGracePeriodSeconds: 5,
            generateName: 'x-'
          }
        },
        show: 'all'
      }
    ]
  },
  {
    name: 'put of the same changes nothing',
    steps: [
      ...made(networkPolicy('one')),
      { verb: 'get', of: 'networking.k8s.io/v1 NetworkPolicy one' },
      { verb: 'update', of: 'networking.k8s.io/v1 NetworkPolicy one', change: {}, show: 'all' },
      { verb: 'update', object: networkPolicy('one') }
    ]
  },
  {
    name: 'generation counts changes of the spec alone',
    steps: [
      ...made(networkPolicy('one')),
      {
        verb: 'update',
        of: 'networking.k8s.io/v1 NetworkPolicy one',
        change: { metadata: { labels: { a: 'b' } } },
        show: ['metadata.generation', 'metadata.resourceVersion']
      },
      {
        verb: 'update',
        of: 'networking.k8s.io/v1 NetworkPolicy one',
        change: { spec: { podSelector: { matchLabels: { a: 'b' } } } } as Step['change'] & object,
        show: ['metadata.generation', 'metadata.resourceVersion']
      },
      {
        verb: 'patch',
        of: 'networking.k8s.io/v1 NetworkPolicy one',
        patch: { spec: { podSelector: { matchLabels: { a: 'b' } } } },
        show: ['metadata.generation', 'metadata.resourceVersion']
      }
    ]
  },
  {
    name: 'generations that kinds begin with',
    steps: [
      { verb: 'create', object: lease('one', {}, { generation: 5 }), show: ['metadata.generation'] },
      { verb: 'create', object: networkPolicy('one', undefined, { generation: 5 }), show: ['metadata.generation'] },
      { verb: 'create', object: template('one', {}, { generation: 5 }), show: ['metadata.generation'] },
      { verb: 'create', object: pod('one', {}, { generation: 5 }), show: ['metadata.generation'] },
      { verb: 'create', object: configMap('one', {}, { generation: 5 }), show: ['metadata.generation'] },
      {
        verb: 'create',
        object: object(
          'networking.k8s.io/v1 Ingress',
          'one',
          { spec: { defaultBackend: { service: { name: 'x', port: { number: 1 } } } } },
          { generation: 5 }
        ),
        show: ['metadata.generation']
      },
      {
        verb: 'create',
        object: object('v1 ResourceQuota', 'one', { spec: { hard: { pods: '5' } } }, { generation: 5 }),
        show: ['metadata.generation']
      },
      {
        verb: 'create',
        object: object('v1 LimitRange', 'one', { spec: { limits: [] } }, { generation: 5 }),
        show: ['metadata.generation']
      },
      {
        verb: 'create',
        object: object('rbac.authorization.k8s.io/v1 Role', 'one', { rules: [] }, { generation: 5 }),
        show: ['metadata.generation']
      },
      { verb: 'create', object: service('one', {}), show: ['metadata.generation'] }
    ],
    pods: true
  }
]
