/** What may not be changed, read or sent. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, deployment, lease, object, service } from '../builders.ts'
import { UID, MAPS, made } from './builders.ts'

export const limits: readonly Case[] = [
  {
    name: 'immutable objects',
    steps: [
      ...made(object('v1 Secret', 'one', { stringData: { a: 'b' }, immutable: true })),
      { verb: 'patch', of: 'v1 Secret one', patch: { data: { a: 'Yw==' } } },
      { verb: 'patch', of: 'v1 Secret one', patch: { immutable: false } },
      { verb: 'patch', of: 'v1 Secret one', patch: { immutable: null } },
      { verb: 'patch', of: 'v1 Secret one', patch: { metadata: { labels: { a: 'b' } } } },
      { verb: 'patch', of: 'v1 Secret one', patch: { type: 'x/y' } }
    ]
  },
  {
    name: 'fields that may not change',
    steps: [
      ...made(
        deployment('one', { replicas: 0, paused: true }),
        service('one'),
        object('rbac.authorization.k8s.io/v1 RoleBinding', 'one', {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }
        })
      ),
      {
        verb: 'patch',
        of: 'apps/v1 Deployment one',
        patch: { spec: { selector: { matchLabels: { app: 'two' } }, template: { metadata: { labels: { app: 'two' } } } } }
      },
      { verb: 'patch', of: 'rbac.authorization.k8s.io/v1 RoleBinding one', patch: { roleRef: { name: 'edit' } } },
      { verb: 'patch', of: 'v1 Service one', patch: { spec: { clusterIP: 'None', clusterIPs: ['None'] } } },
      {
        verb: 'create',
        object: object('batch/v1 Job', 'j', {
          spec: {
            suspend: true,
            template: { spec: { restartPolicy: 'Never', schedulerName: 'oracle', containers: [{ name: 'c', image: 'x' }] } }
          }
        }),
        silent: true
      },
      { verb: 'patch', of: 'batch/v1 Job j', patch: { spec: { completions: 7 } } }
    ]
  },
  {
    name: 'an object in a namespace that goes',
    steps: [
      ...made(configMap('stay', {}, { finalizers: ['example.com/x'] })),
      { verb: 'delete', of: 'v1 Namespace $NS', path: '/api/v1/namespaces/$NS', silent: true },
      { verb: 'create', object: configMap('two') },
      { verb: 'create', object: lease('two') },
      { verb: 'apply', object: configMap('three') },
      { verb: 'create', object: configMap('two'), query: { dryRun: 'All' } },
      { verb: 'patch', of: 'v1 ConfigMap stay', patch: { data: { c: 'd' } }, show: 'verdict' },
      { verb: 'patch', of: 'v1 ConfigMap stay', patch: { metadata: { finalizers: null } }, silent: true }
    ]
  },
  {
    name: 'objects that are too large',
    steps: [
      {
        verb: 'create',
        object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { a: { $repeat: ['a', 1_048_577] } } } as never
      },
      {
        verb: 'create',
        object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one' }, stringData: { a: { $repeat: ['a', 1_048_577] } } } as never
      },
      {
        verb: 'create',
        object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', annotations: { a: { $repeat: ['a', 262_145] } } } } as never
      },
      {
        verb: 'create',
        object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { a: { $repeat: ['a', 3_145_728] } } } as never
      },
      { verb: 'create', silent: true, object: configMap('two') },
      { verb: 'patch', of: 'v1 ConfigMap two', patch: { data: { a: { $repeat: ['a', 1_048_577] } } } },
      { verb: 'patch', of: 'v1 ConfigMap two', patch: { data: { a: { $repeat: ['a', 3_145_728] } } } }
    ]
  },
  {
    name: 'paths that are odd',
    steps: (
      [
        ['GET', `${MAPS}/one/status`],
        ['PUT', `${MAPS}/one/status`],
        ['GET', '/api/v1/namespaces/$NS/pods/one/nonsense'],
        ['GET', '/api/v2/pods'],
        ['GET', '/api/v1/nonsense'],
        ['GET', '/apis/apps/v2/deployments'],
        ['GET', '/apis/nonsense/v1/things'],
        ['GET', '/apis/apps/v1/namespaces/$NS/nonsense/x'],
        ['GET', '/api/v1/namespaces/$NS/namespaces'],
        ['GET', '/api/v1/nodes/x/y/z'],
        ['GET', '/apis/apps'],
        ['GET', '/nonsense'],
        ['GET', '/apis/apps/v1/configmaps'],
        ['DELETE', '/api/v1/configmaps'],
        ['PATCH', MAPS],
        ['PUT', MAPS],
        ['POST', `${MAPS}/one`],
        ['OPTIONS', MAPS],
        ['TRACE', MAPS],
        ['DELETE', '/api/v1/namespaces'],
        ['DELETE', '/api/v1/namespaces/$NS/services/missing'],
        ['POST', '/api/v1/namespaces/$NS/pods/one/status'],
        ['DELETE', '/api/v1/namespaces/$NS/pods/one/status'],
        ['GET', '/api/v1/namespaces/$NS/pods/one/binding'],
        ['GET', '/api/v1/namespaces/$NS/bindings'],
        ['GET', '/apis/authorization.k8s.io/v1/subjectaccessreviews'],
        ['GET', '/api/v1/watch/namespaces/$NS/nonsense'],
        ['POST', '/api/v1/watch/namespaces/$NS/configmaps']
      ] as const
    ).map(([method, path]) => ({ verb: 'request', method, path, heads: ['content-type', 'allow'] }) as const)
  },
  {
    name: 'heads alone',
    steps: [
      ...made(configMap('one')),
      { verb: 'request', method: 'HEAD', path: `${MAPS}/one`, heads: ['content-type'] },
      { verb: 'request', method: 'HEAD', path: `${MAPS}/missing`, heads: ['content-type'] },
      { verb: 'request', method: 'HEAD', path: MAPS, heads: ['content-type'] },
      { verb: 'request', method: 'HEAD', path: '/version', heads: ['content-type'] },
      { verb: 'request', method: 'HEAD', path: '/apis', heads: ['content-type'] }
    ]
  },
  {
    name: 'reads of one at a version',
    steps: [
      ...made(configMap('one')),
      ...['0', '1', 'x', '-1', '99999999999'].map((version): Step => ({
        verb: 'get',
        of: 'v1 ConfigMap one',
        query: { resourceVersion: version }
      })),
      { verb: 'get', of: 'v1 ConfigMap missing', query: { resourceVersion: '0' } },
      { verb: 'get', of: 'v1 ConfigMap one', query: { resourceVersion: '1', resourceVersionMatch: 'Exact' } }
    ]
  },
  {
    name: 'metadata that clients may not give',
    steps: [
      {
        verb: 'create',
        object: lease(
          'one',
          {},
          {
            uid: UID,
            creationTimestamp: '2020-01-01T00:00:00Z',
            deletionTimestamp: '2020-01-01T00:00:00Z',
            deletionGracePeriodSeconds: 3,
            selfLink: '/x',
            resourceVersion: ''
          }
        ),
        show: 'all'
      },
      { verb: 'create', object: lease('two', {}, { resourceVersion: '0' }) },
      { verb: 'create', object: lease('three', {}, { resourceVersion: 'x' }) }
    ]
  },
  {
    name: 'what a created status becomes',
    steps: [
      {
        verb: 'create',
        object: object('networking.k8s.io/v1 Ingress', 'one', {
          spec: { defaultBackend: { service: { name: 'x', port: { number: 1 } } } },
          status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } }
        }),
        show: 'all'
      },
      {
        verb: 'patch',
        of: 'networking.k8s.io/v1 Ingress one',
        patch: { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } },
        show: 'all'
      },
      {
        verb: 'patch',
        of: 'networking.k8s.io/v1 Ingress one',
        sub: 'status',
        patch: { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } }, spec: { ingressClassName: 'x' } },
        show: 'all'
      },
      { verb: 'patch', of: 'networking.k8s.io/v1 Ingress one', sub: 'status', patch: { metadata: { labels: { a: 'b' } } }, show: 'all' },
      {
        verb: 'patch',
        of: 'networking.k8s.io/v1 Ingress one',
        sub: 'status',
        patch: { status: { loadBalancer: { ingress: [{ ip: 'nonsense' }] } } }
      }
    ]
  }
]
