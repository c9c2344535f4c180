/** Bindings, evictions, tokens, streams, debug containers, resizing, and the end of a namespace. */
import type { Case } from '../../recorded-case.ts'
import { configMap, container, object, pod } from '../builders.ts'
import { podOf } from '../kind-builders.ts'

const path = (rest: string) => `/api/v1/namespaces/$NS/${rest}`

const json = 'application/strategic-merge-patch+json'

const resize = (...containers: readonly object[]) => ({ spec: { containers } })

const cpu = (limit: string, request = limit) => ({ name: 'c', resources: { limits: { cpu: limit }, requests: { cpu: request } } })

const debug = (...ephemeralContainers: readonly object[]) => ({ spec: { ephemeralContainers } })

export const actions: readonly Case[] = [
  {
    name: 'binding: to a node',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p'), silent: true },
      { verb: 'create', path: path('pods/p/binding'), object: object('v1 Binding', 'p', { target: { kind: 'Node' } }) },
      { verb: 'create', path: path('pods/p/binding'), object: object('v1 Binding', 'p', { target: { kind: 'Planet', name: 'x' } }) },
      { verb: 'create', path: path('pods/p/binding'), object: object('v1 Binding', 'other', { target: { kind: 'Node', name: 'x' } }) },
      {
        verb: 'create',
        path: path('pods/nobody/binding'),
        object: object('v1 Binding', 'nobody', { target: { kind: 'Node', name: 'x' } })
      },
      {
        verb: 'create',
        path: path('pods/p/binding'),
        object: object('v1 Binding', 'p', { target: { kind: 'Node', name: 'oracle-nowhere' } })
      },
      { verb: 'create', path: path('pods/p/binding'), object: object('v1 Binding', 'p', { target: { kind: 'Node', name: 'y' } }) },
      { verb: 'create', object: pod('gated', { schedulingGates: [{ name: 'wait' }] }), silent: true },
      { verb: 'create', path: path('pods/gated/binding'), object: object('v1 Binding', 'gated', { target: { kind: 'Node', name: 'y' } }) },
      { verb: 'request', path: path('pods/p/binding') }
    ]
  },
  {
    name: 'eviction: of pods',
    pods: true,
    steps: [
      { verb: 'create', path: path('pods/nobody/eviction'), object: object('policy/v1 Eviction', 'nobody') },
      { verb: 'create', object: pod('p'), silent: true },
      { verb: 'create', path: path('pods/p/eviction'), object: object('policy/v1 Eviction', 'other') },
      { verb: 'create', path: path('pods/p/eviction'), object: object('policy/v1 Eviction', 'p', { deleteOptions: { dryRun: ['All'] } }) },
      {
        verb: 'create',
        path: path('pods/p/eviction'),
        object: object('policy/v1 Eviction', 'p', { deleteOptions: { preconditions: { uid: 'x' } } })
      },
      { verb: 'create', path: path('pods/p/eviction'), object: configMap('p') },
      { verb: 'create', path: path('pods/p/eviction'), object: object('policy/v1 Eviction', 'p') },
      { verb: 'request', path: path('pods/p/eviction') }
    ]
  },
  {
    name: 'token: of a service account',
    pods: true,
    steps: [
      {
        verb: 'create',
        path: path('serviceaccounts/default/token'),
        object: object('authentication.k8s.io/v1 TokenRequest', '', { spec: { expirationSeconds: 60 } })
      },
      {
        verb: 'create',
        path: path('serviceaccounts/default/token'),
        object: object('authentication.k8s.io/v1 TokenRequest', '', { spec: { expirationSeconds: 5_000_000_000 } })
      },
      {
        verb: 'create',
        path: path('serviceaccounts/nobody/token'),
        object: object('authentication.k8s.io/v1 TokenRequest', '', { spec: {} })
      },
      {
        verb: 'create',
        path: path('serviceaccounts/default/token'),
        object: object('authentication.k8s.io/v1 TokenRequest', '', {
          spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'nobody' } }
        })
      },
      {
        verb: 'create',
        path: path('serviceaccounts/default/token'),
        object: object('authentication.k8s.io/v1 TokenRequest', '', {
          spec: { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } }
        })
      },
      {
        verb: 'create',
        path: path('serviceaccounts/default/token'),
        object: object('authentication.k8s.io/v1 TokenRequest', '', { spec: { audiences: ['a'] } }),
        show: ['kind', 'metadata.name', 'metadata.namespace', 'spec']
      },
      { verb: 'request', path: path('serviceaccounts/default/token') }
    ]
  },
  {
    name: 'streams: of pods without a node',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p', { initContainers: [container({ name: 'i' })] }), silent: true },
      {
        verb: 'create',
        object: pod('two', { containers: [container(), container({ name: 'd' })], initContainers: [container({ name: 'i' })] }),
        silent: true
      },
      { verb: 'request', path: path('pods/nobody/log') },
      { verb: 'request', path: path('pods/p/log') },
      { verb: 'request', path: path('pods/two/log') },
      { verb: 'request', path: path('pods/p/log'), query: { container: 'x' } },
      { verb: 'request', path: path('pods/p/log'), query: { tailLines: '-1', limitBytes: '0', sinceSeconds: '0' } },
      { verb: 'request', path: path('pods/p/log'), query: { sinceSeconds: '1', sinceTime: '2020-01-01T00:00:00Z' } },
      { verb: 'request', path: path('pods/p/log'), query: { tailLines: 'x' } },
      { verb: 'request', path: path('pods/p/log'), query: { stream: 'Stdout' } },
      { verb: 'request', path: path('pods/p/exec'), query: { command: 'x', stdout: 'true' } },
      { verb: 'request', path: path('pods/p/exec'), query: { command: 'x', stdout: 'true', container: 'x' }, method: 'POST' },
      { verb: 'request', path: path('pods/two/exec'), query: { command: 'x', stdout: 'true' } },
      { verb: 'request', path: path('pods/nobody/exec'), query: { command: 'x', stdout: 'true' } },
      { verb: 'request', path: path('pods/p/attach'), query: { stdout: 'true' } },
      { verb: 'request', path: path('pods/p/portforward') }
    ]
  },
  {
    name: 'debug containers: come and stay',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p'), silent: true },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'ephemeralcontainers',
        type: json,
        patch: debug({ name: 'd', image: 'x', ports: [{ containerPort: 1 }], livenessProbe: { tcpSocket: { port: 1 } } })
      },
      { verb: 'patch', of: 'v1 Pod p', sub: 'ephemeralcontainers', type: json, patch: debug({ name: 'c', image: 'x' }) },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'ephemeralcontainers',
        type: json,
        patch: debug({ name: 'd', image: '', targetContainerName: 'nobody' })
      },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'ephemeralcontainers',
        type: json,
        patch: { metadata: { labels: { no: 'no' } }, ...debug({ name: 'd', image: 'x', targetContainerName: 'c', stdin: true }) }
      },
      { verb: 'patch', of: 'v1 Pod p', sub: 'ephemeralcontainers', patch: debug() },
      { verb: 'get', of: 'v1 Pod p', sub: 'ephemeralcontainers', show: ['kind', 'spec.ephemeralContainers'] }
    ]
  },
  {
    name: 'resize: of pods',
    pods: true,
    steps: [
      { verb: 'create', object: podOf('p', { resources: { limits: { cpu: '1' }, requests: { cpu: '500m' } } }), silent: true },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'resize',
        type: json,
        patch: resize(cpu('2', '600m')),
        show: ['spec.containers.0.resources', 'metadata.generation', 'status']
      },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'resize',
        type: json,
        patch: resize({ name: 'c', image: 'other' }),
        show: ['spec.containers.0.image']
      },
      { verb: 'patch', of: 'v1 Pod p', sub: 'resize', type: json, patch: resize({ name: 'd', image: 'x' }) },
      { verb: 'patch', of: 'v1 Pod p', sub: 'resize', type: json, patch: resize(cpu('1', '2')) },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'resize',
        type: json,
        patch: resize({ name: 'c', resources: { limits: { cpu: null }, requests: { cpu: null } } })
      },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'resize',
        type: json,
        patch: resize({ name: 'c', resources: { limits: { 'ephemeral-storage': '1Gi' } } })
      }
    ]
  },
  {
    name: 'namespace: finalize',
    steps: [
      {
        verb: 'update',
        path: '/api/v1/namespaces/$NS/finalize',
        object: object('v1 Namespace', '$NS', { spec: { finalizers: ['lonely'] } })
      },
      {
        verb: 'update',
        path: '/api/v1/namespaces/$NS/finalize',
        object: object('v1 Namespace', '$NS', { spec: { finalizers: ['kubernetes', 'a.b/c'] } }),
        show: ['spec', 'status']
      },
      {
        verb: 'update',
        path: '/api/v1/namespaces/$NS/finalize',
        object: object('v1 Namespace', '$NS', { spec: { finalizers: ['kubernetes'] } }),
        show: ['spec']
      }
    ]
  }
]
