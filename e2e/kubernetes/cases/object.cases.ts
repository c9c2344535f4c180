/** Create, read and update of single objects: names, bodies, versions, generations, what may not change. */
import type { Case, Step } from '../recorded-case.ts'
import { configMap, deployment, lease, networkPolicy, object, pod, service, template } from './builders.ts'

const UID = '11111111-1111-4111-8111-111111111111'
const MAPS = '/api/v1/namespaces/$NS/configmaps'
const made = (...objects: readonly ReturnType<typeof object>[]): Step[] =>
  objects.map((one) => ({ verb: 'create', object: one, silent: true }) as const)

/** POSTs of bodies that no client library would send. */
const bodies: Readonly<Record<string, Partial<Step>>> = {
  'cut off': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"' },
  'cut off in a word': { body: '{"apiVersion":"v1","kind":"Conf' },
  'no json': { body: 'nonsense' },
  'trailing comma': { body: '{"apiVersion":"v1","kind":"ConfigMap",}' },
  'single quotes': { body: "{'apiVersion':'v1'}" },
  'something behind the object': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}} x' },
  'a text': { body: '"text"' },
  'a number': { body: '5' },
  'an empty object': { body: '{}' },
  'kind a number': { body: '{"apiVersion":"v1","kind":5,"metadata":{"name":"one"}}' },
  'metadata a list': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}' },
  'metadata a text': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":"x"}' },
  'name a number': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":5}}' },
  'data a list': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":["a"]}' },
  'data of a number': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":5}}' },
  'data of an object': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":{}}}' },
  'data of null': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":null}}' },
  'labels a list': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","labels":[]}}' },
  'a label that is true': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","labels":{"a":true}}}' },
  'immutable a text': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"immutable":"yes"}' },
  'a time that is none': { body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","creationTimestamp":"yesterday"}}' },
  'another kind': { body: '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"one"}}' },
  'another group': { body: '{"apiVersion":"apps/v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'another version': { body: '{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'a version with two slashes': { body: '{"apiVersion":"a/b/c","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'no kind': { body: '{"apiVersion":"v1","metadata":{"name":"one"}}' },
  'no apiVersion': { body: '{"kind":"ConfigMap","metadata":{"name":"one"}}' },
  'yaml of two documents': { type: 'application/yaml', body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\na: b\n' },
  'yaml with a tab': { type: 'application/yaml', body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: one\n' },
  'yaml of a list': { type: 'application/yaml', body: '- a\n- b\n' },
  'yaml empty': { type: 'application/yaml', body: '' },
  'yaml of a text': { type: 'application/yaml', body: 'hello' },
  'yaml of numbers': { type: 'application/yaml', body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: 1}\n' },
  'yaml of words that are true': {
    type: 'application/yaml',
    body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: yes}\n'
  },
  'yaml with an anchor': {
    type: 'application/yaml',
    body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata:\n  a: &x hello\n  b: *x\n'
  },
  'json as yaml': { type: 'application/yaml', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"b"}}' },
  'no content type': { headers: { 'content-type': '' }, body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'text as content type': { type: 'text/plain', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'a merge patch': { type: 'application/merge-patch+json', body: '{}' },
  'content type in capitals': { type: 'Application/JSON', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'content type nonsense': { type: ';;', body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}' },
  'protobuf that is none': { type: 'application/vnd.kubernetes.protobuf', body: 'nonsense' }
}

const names = ['A', 'a_b', 'a..b', '.a', 'a b', 'ä', 'a/b', 'a%b', '..', `${'a'.repeat(254)}`]

export const cases: readonly Case[] = [
  {
    name: 'a created object is read back',
    steps: [
      { verb: 'create', object: configMap('one') },
      { verb: 'get', of: 'v1 ConfigMap one', show: 'all' }
    ]
  },
  ...Object.entries(bodies).map(([name, step]): Case => ({
    name: `body: ${name}`,
    steps: [{ verb: 'request', method: 'POST', path: MAPS, ...step }]
  })),
  ...['cut off', 'a text', 'kind a number', 'data a list', 'another kind', 'no kind', 'yaml with a tab'].map((name): Case => ({
    name: `put of body: ${name}`,
    steps: [...made(configMap('one')), { verb: 'request', method: 'PUT', path: `${MAPS}/one`, ...bodies[name] }]
  })),
  ...names.map((name): Case => ({ name: `name ${name.slice(0, 8)}`, steps: [{ verb: 'create', object: configMap(name) }] })),
  {
    name: 'two names that are wrong',
    steps: [{ verb: 'create', object: configMap('-', {}, { labels: { 'a/b/c': 'x y' }, finalizers: ['x y'] }) }]
  },
  {
    name: 'a namespace that is missing',
    steps: [{ verb: 'create', path: '/api/v1/namespaces/missing-$NS/configmaps', object: configMap('one') }]
  },
  {
    name: 'a namespace that is missing, dry',
    steps: [{ verb: 'create', path: '/api/v1/namespaces/missing-$NS/configmaps', object: configMap('one'), query: { dryRun: 'All' } }]
  },
  { name: 'another namespace in the body', steps: [{ verb: 'create', object: configMap('one', {}, { namespace: 'other' }) }] },
  {
    name: 'a namespace in a cluster-scoped body',
    steps: [{ verb: 'create', object: object('v1 Namespace', 'x-$NS', {}, { namespace: 'other' }) }]
  },
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
  },
  {
    name: 'names made of a prefix',
    steps: [
      { verb: 'create', object: configMap('', {}, { generateName: 'pre-' }), show: 'all' },
      { verb: 'create', object: configMap('', {}, { generateName: 'Pre' }) },
      { verb: 'create', object: configMap('', {}, { generateName: 'pre.' }) },
      { verb: 'create', object: configMap('given', {}, { generateName: 'pre-' }) },
      // Not a Service without a name: the real server tries every ClusterIP of its range for it, for minutes, and no other Service can be made.
      { verb: 'create', object: { ...service('x'), metadata: { generateName: '1-' } } },
      { verb: 'create', object: configMap('', {}, { generateName: '-' }) },
      { verb: 'create', object: configMap('', {}, { generateName: 'a'.repeat(70) }), show: ['metadata.generateName'] }
    ]
  },
  {
    name: 'owners that are wrong',
    steps: (
      [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '' },
        { apiVersion: '', kind: 'ConfigMap', name: 'x', uid: UID },
        { apiVersion: 'v1', kind: '', name: 'x', uid: UID },
        { apiVersion: 'v1', kind: 'ConfigMap', name: '', uid: UID },
        { apiVersion: 'a/b/c', kind: 'ConfigMap', name: 'x', uid: UID },
        { apiVersion: 'v1', kind: 'Event', name: 'x', uid: UID },
        { apiVersion: 'events.k8s.io/v1', kind: 'Event', name: 'x', uid: UID }
      ] as const
    ).map((owner) => ({ verb: 'create', object: configMap('one', {}, { ownerReferences: [owner] }), query: { dryRun: 'All' } }) as const)
  },
  {
    name: 'two owners of one uid, two that control',
    steps: [
      {
        verb: 'create',
        query: { dryRun: 'All' },
        object: configMap(
          'one',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: UID },
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'y', uid: UID }
            ]
          }
        )
      },
      {
        verb: 'create',
        query: { dryRun: 'All' },
        object: configMap(
          'one',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: UID },
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: UID }
            ]
          }
        )
      },
      {
        verb: 'create',
        query: { dryRun: 'All' },
        object: configMap(
          'one',
          {},
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: UID, controller: true },
              { apiVersion: 'v1', kind: 'Secret', name: 'y', uid: 'other', controller: true }
            ]
          }
        )
      }
    ]
  },
  {
    name: 'labels and annotations that are wrong',
    steps: (
      [
        { labels: { 'a b': 'c' } },
        { labels: { a: 'x'.repeat(64) } },
        { labels: { ['x'.repeat(64)]: 'a' } },
        { labels: { 'UPPER.example/a': 'b' } },
        { labels: { '/a': 'b' } },
        { labels: { 'a/': 'b' } },
        { labels: { a: '-b' } },
        { annotations: { 'a b': 'c' } },
        { annotations: { 'x/y/z': 'c' } },
        { finalizers: ['x'] },
        { finalizers: ['example.com/X'] },
        { finalizers: ['orphan', 'foregroundDeletion'] },
        { finalizers: ['kubernetes'] },
        { finalizers: [''] }
      ] as const
    ).map(
      (metadata) =>
        ({
          verb: 'create',
          object: configMap('one', {}, metadata),
          query: { dryRun: 'All' },
          show: ['metadata.labels', 'metadata.finalizers']
        }) as const
    )
  },
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
