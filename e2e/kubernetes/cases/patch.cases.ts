/** JSON, merge and strategic patches: what they do, and how they are refused. */
import type { Case, Step } from '../recorded-case.ts'
import { configMap, deployment, lease, networkPolicy, object, pod, podTemplate, service } from './builders.ts'

const UID = '11111111-1111-4111-8111-111111111111'
const MAP = 'v1 ConfigMap one'
const map: Step = {
  verb: 'create',
  object: configMap('one', { a: '1', b: '2' }, { labels: { x: 'y' }, annotations: { 'a/b': 'c' } }),
  silent: true
}
const json = (...patch: readonly unknown[]): Step => ({ verb: 'patch', of: MAP, type: 'json', patch })
const raw = (type: string, text: string): Step => ({ verb: 'patch', of: MAP, type, text })
const each = (name: string, steps: readonly Step[]): Case => ({ name, steps: [map, ...steps] })

const strategicPod = {
  containers: [
    {
      name: 'a',
      image: 'x:1',
      env: [
        { name: 'E', value: '1' },
        { name: 'F', value: '2' }
      ],
      ports: [{ containerPort: 80 }, { containerPort: 81, name: 'p' }],
      args: ['x', 'y'],
      volumeMounts: [{ name: 'v', mountPath: '/v' }]
    },
    { name: 'b', image: 'x:2', command: ['c'] }
  ],
  volumes: [
    { name: 'v', emptyDir: {} },
    { name: 'w', configMap: { name: 'w' } }
  ],
  tolerations: [{ key: 'a', operator: 'Exists' }],
  imagePullSecrets: [{ name: 's' }, { name: 't' }],
  hostAliases: [{ ip: '1.2.3.4', hostnames: ['h'] }],
  nodeSelector: { n: 'o', p: 'q' },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'one' } } }
  ]
}
const made: Step = {
  verb: 'create',
  object: deployment('one', { replicas: 0, paused: true, template: podTemplate('one', strategicPod) }),
  silent: true
}
const strategic = (spec: unknown): Step => ({
  verb: 'patch',
  of: 'apps/v1 Deployment one',
  type: 'strategic',
  patch: { spec: { template: { spec } } },
  show: ['spec.template.spec']
})

const strategics: Readonly<Record<string, readonly unknown[]>> = {
  'containers change by name': [{ containers: [{ name: 'b', image: 'x:3' }] }],
  'containers come': [{ containers: [{ name: 'c', image: 'x:3' }] }],
  'containers go': [{ containers: [{ name: 'a', $patch: 'delete' }] }, { containers: [{ name: 'missing', $patch: 'delete' }] }],
  'containers are replaced': [
    { containers: [{ $patch: 'replace' }, { name: 'z', image: 'x:9' }] },
    { containers: [{ name: 'y', image: 'x:9', $patch: 'replace' }] }
  ],
  'a container is merged by directive': [{ containers: [{ name: 'a', $patch: 'merge', image: 'x:7' }] }],
  'a directive that is none': [
    { containers: [{ name: 'a', $patch: 'nonsense' }] },
    { nodeSelector: { $patch: 'nonsense' } },
    { containers: [{ $patch: 'merge' }] }
  ],
  'containers in another order': [
    { $setElementOrder: 'x' },
    { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
    { '$setElementOrder/containers': [{ name: 'c' }, { name: 'b' }, { name: 'a' }], containers: [{ name: 'c', image: 'x:3' }] }
  ],
  'an order that lacks what is patched': [{ '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'c', image: 'x:3' }] }],
  'an order that is no list': [{ '$setElementOrder/containers': 'x' }],
  'env changes and goes': [
    {
      containers: [
        {
          name: 'a',
          env: [
            { name: 'E', value: '9' },
            { name: 'F', $patch: 'delete' },
            { name: 'G', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }
          ]
        }
      ]
    }
  ],
  'env from value to source': [
    { containers: [{ name: 'a', env: [{ name: 'E', value: null, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }] }
  ],
  'ports merge by number': [{ containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'q' }, { containerPort: 82 }] }] }],
  'plain lists are replaced': [{ containers: [{ name: 'a', args: ['z'] }] }, { tolerations: [{ key: 'b', operator: 'Exists' }] }],
  'null removes': [{ nodeSelector: null }, { volumes: null }, { containers: [{ name: 'a', args: null }] }, { missing: null }],
  'null removes what must be': [{ containers: null }],
  'maps merge': [{ nodeSelector: { n: null, r: 's' } }],
  'maps are replaced': [{ nodeSelector: { $patch: 'replace', r: 's' } }],
  'maps are deleted': [{ nodeSelector: { $patch: 'delete' } }],
  'volumes keep keys': [{ volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'x' } }] }],
  'keys kept that are not there': [{ volumes: [{ name: 'v', $retainKeys: ['name'], configMap: { name: 'x' } }] }],
  'keys kept that are no list': [{ volumes: [{ name: 'v', $retainKeys: 'name' }] }],
  'secrets merge by name': [
    { imagePullSecrets: [{ name: 'u' }] },
    { '$setElementOrder/imagePullSecrets': [{ name: 't' }, { name: 's' }] },
    { imagePullSecrets: [{ name: 's', $patch: 'delete' }] }
  ],
  'aliases merge by address': [
    {
      hostAliases: [
        { ip: '1.2.3.4', hostnames: ['i'] },
        { ip: '1.2.3.5', hostnames: ['j'] }
      ]
    }
  ],
  'constraints merge by key': [{ topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 2 }] }],
  'no merge key': [{ containers: [{ image: 'x' }] }, { volumes: [{ emptyDir: {} }] }],
  'a merge key of the wrong type': [{ containers: [{ name: 5, image: 'x' }] }],
  'a list where a map is': [{ nodeSelector: ['a'] }],
  'a map where a list is': [{ containers: { name: 'a' } }],
  'a word where a list is': [{ containers: 'a' }],
  'words in a list of maps': [{ containers: ['a'] }],
  'maps in a list of words': [{ containers: [{ name: 'a', args: [{ x: 'y' }] }] }],
  'numbers in a list of words': [{ containers: [{ name: 'a', args: [5] }] }],
  'a primitive deleted from no merged list': [{ containers: [{ name: 'a', '$deleteFromPrimitiveList/args': ['x'] }] }],
  'unknown members': [{ nonsense: 1 }, { containers: [{ name: 'a', nonsense: 1 }] }],
  'unknown directives': [{ $nonsense: 1 }, { '$nonsense/containers': [] }],
  'the same key twice': [
    {
      containers: [
        { name: 'a', image: 'x:1' },
        { name: 'a', image: 'x:2' }
      ]
    }
  ],
  nothing: [{}]
}

const operations: Readonly<Record<string, readonly unknown[]>> = {
  add: [{ op: 'add', path: '/data/c', value: '3' }],
  'add over': [{ op: 'add', path: '/data/a', value: '3' }],
  'add below nothing': [{ op: 'add', path: '/nothing/c', value: '3' }],
  'add to a text': [{ op: 'add', path: '/data/a/x', value: '3' }],
  'add the whole': [{ op: 'add', path: '', value: {} }],
  'add without a value': [{ op: 'add', path: '/data/c' }],
  'add null': [{ op: 'add', path: '/data/c', value: null }],
  'add a number': [{ op: 'add', path: '/data/c', value: 5 }],
  'add to a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'add', path: '/metadata/finalizers/-', value: 'example.com/c' },
    { op: 'add', path: '/metadata/finalizers/1', value: 'example.com/b' },
    { op: 'remove', path: '/metadata/finalizers' }
  ],
  'add beyond a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'add', path: '/metadata/finalizers/5', value: 'example.com/c' }
  ],
  'add at a word in a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'add', path: '/metadata/finalizers/x', value: 'example.com/c' }
  ],
  'add at minus one': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'add', path: '/metadata/finalizers/-1', value: 'example.com/c' }
  ],
  remove: [{ op: 'remove', path: '/data/a' }],
  'remove nothing': [{ op: 'remove', path: '/data/missing' }],
  'remove below nothing': [{ op: 'remove', path: '/missing/a' }],
  'remove beyond a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'remove', path: '/metadata/finalizers/3' }
  ],
  'remove the end of a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'remove', path: '/metadata/finalizers/-' }
  ],
  'remove the whole': [{ op: 'remove', path: '' }],
  replace: [{ op: 'replace', path: '/data/a', value: '9' }],
  'replace nothing': [{ op: 'replace', path: '/data/missing', value: '9' }],
  'replace below nothing': [{ op: 'replace', path: '/missing/a', value: '9' }],
  'replace without a value': [{ op: 'replace', path: '/data/a' }],
  'replace beyond a list': [
    { op: 'add', path: '/metadata/finalizers', value: ['example.com/a'] },
    { op: 'replace', path: '/metadata/finalizers/3', value: 'x' }
  ],
  'replace the whole': [{ op: 'replace', path: '', value: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } } }],
  move: [{ op: 'move', from: '/data/a', path: '/data/c' }],
  'move nothing': [{ op: 'move', from: '/data/missing', path: '/data/c' }],
  'move into itself': [{ op: 'move', from: '/data', path: '/data/c' }],
  'move without from': [{ op: 'move', path: '/data/c' }],
  copy: [{ op: 'copy', from: '/data/a', path: '/data/c' }],
  'copy nothing': [{ op: 'copy', from: '/data/missing', path: '/data/c' }],
  'copy below nothing': [{ op: 'copy', from: '/data/a', path: '/missing/c' }],
  'copy without from': [{ op: 'copy', path: '/data/c' }],
  test: [{ op: 'test', path: '/data/a', value: '1' }],
  'test that fails': [{ op: 'test', path: '/data/a', value: '2' }],
  'test of an object': [{ op: 'test', path: '/data', value: { b: '2', a: '1' } }],
  'test of an object that fails': [{ op: 'test', path: '/data', value: { a: '1' } }],
  'test of nothing': [{ op: 'test', path: '/data/missing', value: '2' }],
  'test of nothing against null': [{ op: 'test', path: '/data/missing', value: null }],
  'test below nothing': [{ op: 'test', path: '/missing/a', value: null }],
  'test without a value': [{ op: 'test', path: '/data/a' }],
  'test of the whole': [{ op: 'test', path: '', value: {} }],
  'test with another type': [{ op: 'test', path: '/data/a', value: 1 }],
  escapes: [
    { op: 'replace', path: '/metadata/annotations/a~1b', value: 'x' },
    { op: 'test', path: '/metadata/annotations/d~0e', value: null },
    { op: 'remove', path: '/metadata/annotations/a~1b' }
  ],
  'unknown op': [{ op: 'nonsense', path: '/data/a' }],
  'no op': [{ path: '/data/a', value: '1' }],
  'op a number': [{ op: 5, path: '/data/a' }],
  'no path': [{ op: 'add', value: '1' }],
  'path a number': [{ op: 'add', path: 5, value: '1' }],
  'path without a slash': [{ op: 'add', path: 'data/c', value: '1' }],
  'the empty key': [{ op: 'add', path: '/data/', value: '1' }],
  'nothing at all': [],
  'an operation that is no object': ['x'],
  'the second fails': [
    { op: 'replace', path: '/data/a', value: '9' },
    { op: 'remove', path: '/data/missing' }
  ],
  'unknown member of an operation': [{ op: 'add', path: '/data/c', value: '1', nonsense: true }]
}

export const cases: readonly Case[] = [
  ...Object.entries(operations).map(([name, patch]) => each(`json: ${name}`, [json(...patch)])),
  each('json: bodies that are none', [
    raw('json', '{}'),
    raw('json', '{"op":"add"}'),
    raw('json', '"x"'),
    raw('json', 'null'),
    raw('json', ''),
    raw('json', '['),
    raw('json', '[{]'),
    raw('json', 'nonsense'),
    raw('json', '[{"op":"add","path":"/data/c","value":"1"}] x')
  ]),
  each('merge: bodies that are none', [
    raw('merge', '[]'),
    raw('merge', '"x"'),
    raw('merge', 'null'),
    raw('merge', ''),
    raw('merge', '{'),
    raw('merge', '5'),
    raw('merge', 'nonsense'),
    raw('merge', '{"data":{"c":"1"}} x'),
    raw('merge', "{'a':1}")
  ]),
  each('strategic: bodies that are none', [
    raw('strategic', '[]'),
    raw('strategic', '"x"'),
    raw('strategic', 'null'),
    raw('strategic', ''),
    raw('strategic', '{'),
    raw('strategic', '5'),
    raw('strategic', 'nonsense')
  ]),
  {
    name: 'json: too many operations',
    steps: [map, { verb: 'patch', of: MAP, type: 'json', patch: { $many: [10_001, { op: 'test', path: '/data/a', value: '1' }] } }]
  },
  {
    name: 'json: as many operations as may be',
    steps: [map, { verb: 'patch', of: MAP, type: 'json', patch: { $many: [10_000, { op: 'test', path: '/data/a', value: '1' }] } }]
  },
  {
    name: 'json: copies that add up',
    steps: [
      map,
      {
        verb: 'patch',
        of: MAP,
        type: 'json',
        patch: [
          { op: 'add', path: '/data/c', value: { $repeat: ['x', 1_000_000] } },
          { op: 'copy', from: '/data/c', path: '/data/d' },
          { op: 'copy', from: '/data/c', path: '/data/e' },
          { op: 'copy', from: '/data/c', path: '/data/f' },
          { op: 'copy', from: '/data/c', path: '/data/g' }
        ]
      }
    ]
  },
  ...(['json', 'merge', 'strategic'] as const).map((type): Case => ({
    name: `${type}: of what is missing`,
    steps: [{ verb: 'patch', of: MAP, type, patch: type === 'json' ? [{ op: 'add', path: '/data', value: {} }] : { data: { a: 'b' } } }]
  })),
  each('content types that are none', [
    ...[
      'application/json',
      'text/plain',
      'application/patch+json',
      '',
      'application/merge-patch+json; charset=utf-8',
      'APPLICATION/MERGE-PATCH+JSON',
      ';;'
    ].map((type): Step => ({
      verb: 'request',
      method: 'PATCH',
      path: '/api/v1/namespaces/$NS/configmaps/one',
      type,
      body: '{"data":{"c":"d"}}',
      show: ['data']
    })),
    { verb: 'request', method: 'PATCH', path: '/api/v1/namespaces/$NS/configmaps/missing', type: 'text/plain', body: '{}' }
  ]),
  each('merge: null removes, and null of nothing', [
    { verb: 'patch', of: MAP, patch: { data: { a: null, missing: null } }, show: ['data'] },
    { verb: 'patch', of: MAP, patch: { data: null } },
    { verb: 'patch', of: MAP, patch: { nonsense: null } },
    { verb: 'patch', of: MAP, patch: { metadata: { labels: { x: null } } } },
    { verb: 'patch', of: MAP, patch: { data: { c: { d: null } } } },
    { verb: 'patch', of: MAP, patch: { metadata: null } },
    { verb: 'patch', of: MAP, patch: { kind: null } },
    { verb: 'patch', of: MAP, patch: {} }
  ]),
  each('merge: what is not the kind', [
    { verb: 'patch', of: MAP, patch: { apiVersion: 'v2' } },
    { verb: 'patch', of: MAP, patch: { apiVersion: 'apps/v1' } },
    { verb: 'patch', of: MAP, patch: { data: 'x' } },
    { verb: 'patch', of: MAP, patch: { data: { a: 5 } } },
    { verb: 'patch', of: MAP, patch: { metadata: { labels: 'x' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { name: 'two' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { name: '' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { name: null } } },
    { verb: 'patch', of: MAP, patch: { metadata: { namespace: 'two' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { namespace: null } } },
    { verb: 'patch', of: MAP, patch: { metadata: { uid: UID } } },
    { verb: 'patch', of: MAP, patch: { metadata: { uid: '' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: '1' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: 'x' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: '0' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: null, creationTimestamp: null, uid: null } } },
    { verb: 'patch', of: MAP, patch: { metadata: { generation: 9, selfLink: '/x', deletionTimestamp: '2030-01-01T00:00:00Z' } } },
    { verb: 'patch', of: MAP, patch: { metadata: { managedFields: [] } }, show: 'all' },
    { verb: 'patch', of: MAP, patch: { metadata: { managedFields: [{}] } }, show: 'all' },
    { verb: 'patch', of: MAP, patch: { metadata: { managedFields: [{ manager: 'x', operation: 'Nonsense' }] } } },
    {
      verb: 'patch',
      of: MAP,
      patch: {
        metadata: {
          managedFields: [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }]
        }
      },
      show: 'all'
    }
  ]),
  ...(['json', 'merge', 'strategic'] as const).map((type): Case =>
    each(`${type}: fields that nobody knows`, [
      ...['', 'Strict', 'Warn', 'Ignore'].map((fieldValidation): Step => ({
        verb: 'patch',
        of: MAP,
        type,
        query: { fieldValidation },
        text:
          type === 'json'
            ? '[{"op":"add","path":"/nonsense","value":1},{"op":"add","path":"/metadata/odd","value":1}]'
            : '{"nonsense":1,"metadata":{"odd":1}}'
      })),
      ...['Strict', 'Warn', 'Ignore'].map((fieldValidation): Step => ({
        verb: 'patch',
        of: MAP,
        type,
        query: { fieldValidation },
        text: type === 'json' ? '[{"op":"add","op":"replace","path":"/data/a","value":"7"}]' : '{"data":{"a":"7","a":"8"}}'
      }))
    ])
  ),
  {
    name: 'versions that changed',
    steps: [
      map,
      { verb: 'get', of: MAP, silent: true, capture: { version: 'metadata.resourceVersion', uid: 'metadata.uid' } },
      { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: '$version', uid: '$uid' }, data: { c: 'd' } } },
      { verb: 'patch', of: MAP, patch: { metadata: { resourceVersion: '$version' }, data: { c: 'e' } } },
      { verb: 'patch', of: MAP, type: 'json', patch: [{ op: 'replace', path: '/metadata/resourceVersion', value: '$version' }] },
      { verb: 'patch', of: MAP, type: 'json', patch: [{ op: 'test', path: '/metadata/resourceVersion', value: '$version' }] },
      {
        verb: 'patch',
        of: MAP,
        type: 'json',
        patch: [
          { op: 'remove', path: '/metadata/resourceVersion' },
          { op: 'remove', path: '/metadata/uid' }
        ],
        show: 'all'
      },
      { verb: 'patch', of: MAP, type: 'strategic', patch: { metadata: { resourceVersion: '$version' } } }
    ]
  },
  ...Object.entries(strategics).map(([name, specs]): Case => ({ name: `strategic: ${name}`, steps: [made, ...specs.map(strategic)] })),
  {
    name: 'strategic: finalizers are merged words',
    steps: [
      { verb: 'create', object: configMap('one', {}, { finalizers: ['example.com/a', 'example.com/b'] }), silent: true },
      ...[
        { finalizers: ['example.com/c'] },
        { finalizers: ['example.com/a'] },
        { '$deleteFromPrimitiveList/finalizers': ['example.com/a', 'example.com/missing'] },
        { '$setElementOrder/finalizers': ['example.com/c', 'example.com/b'] },
        { '$setElementOrder/finalizers': ['example.com/c', 'example.com/d', 'example.com/b'], finalizers: ['example.com/d'] },
        { '$deleteFromPrimitiveList/finalizers': 'x' },
        { finalizers: null }
      ].map((metadata): Step => ({ verb: 'patch', of: MAP, type: 'strategic', patch: { metadata }, show: ['metadata.finalizers'] }))
    ]
  },
  {
    name: 'strategic: owners merge by uid',
    steps: [
      { verb: 'create', object: configMap('owner'), silent: true, capture: { uid: 'metadata.uid' } },
      { verb: 'create', object: configMap('other'), silent: true, capture: { second: 'metadata.uid' } },
      {
        verb: 'create',
        object: configMap('one', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '$uid' }] }),
        silent: true
      },
      {
        verb: 'patch',
        of: MAP,
        type: 'strategic',
        patch: { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: '$second' }] } }
      },
      { verb: 'patch', of: MAP, type: 'strategic', patch: { metadata: { ownerReferences: [{ uid: '$uid', controller: true }] } } },
      { verb: 'patch', of: MAP, type: 'strategic', patch: { metadata: { ownerReferences: [{ uid: '$uid', $patch: 'delete' }] } } },
      { verb: 'patch', of: MAP, patch: { metadata: { ownerReferences: null } } }
    ]
  },
  {
    name: 'strategic: ports of a service',
    steps: [
      {
        verb: 'create',
        object: service('s', {
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81 }
          ]
        }),
        silent: true
      },
      ...[
        { ports: [{ name: 'c', port: 82 }] },
        { ports: [{ port: 80, targetPort: 8080 }] },
        { ports: [{ port: 81, $patch: 'delete' }] },
        { '$setElementOrder/ports': [{ port: 82 }, { port: 80 }], ports: [{ port: 80, name: 'z' }] },
        { selector: { a: 'b' } },
        { selector: { $patch: 'replace', c: 'd' } }
      ].map((spec): Step => ({
        verb: 'patch',
        of: 'v1 Service s',
        type: 'strategic',
        patch: { spec },
        show: ['spec.ports', 'spec.selector']
      }))
    ]
  },
  {
    name: 'strategic: of other kinds',
    steps: [
      {
        verb: 'create',
        object: networkPolicy('n', { podSelector: {}, ingress: [{ ports: [{ port: 1 }] }], policyTypes: ['Ingress'] }),
        silent: true
      },
      {
        verb: 'patch',
        of: 'networking.k8s.io/v1 NetworkPolicy n',
        type: 'strategic',
        patch: { spec: { ingress: [{ ports: [{ port: 2 }] }], policyTypes: ['Egress'] } },
        show: ['spec']
      },
      {
        verb: 'create',
        object: object('v1 ServiceAccount', 'sa', { secrets: [{ name: 'a' }], imagePullSecrets: [{ name: 'p' }] }),
        silent: true
      },
      {
        verb: 'patch',
        of: 'v1 ServiceAccount sa',
        type: 'strategic',
        patch: { secrets: [{ name: 'b' }], imagePullSecrets: [{ name: 'q' }] },
        show: ['secrets', 'imagePullSecrets']
      },
      {
        verb: 'create',
        object: object('rbac.authorization.k8s.io/v1 Role', 'r', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
        silent: true
      },
      {
        verb: 'patch',
        of: 'rbac.authorization.k8s.io/v1 Role r',
        type: 'strategic',
        patch: { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
        show: ['rules']
      },
      { verb: 'create', object: lease('l'), silent: true },
      {
        verb: 'patch',
        of: 'coordination.k8s.io/v1 Lease l',
        type: 'strategic',
        patch: { spec: { leaseDurationSeconds: 5, holderIdentity: null } },
        show: ['spec']
      },
      { verb: 'patch', of: 'coordination.k8s.io/v1 Lease l', type: 'strategic', patch: { spec: { leaseDurationSeconds: 'x' } } },
      { verb: 'patch', of: 'coordination.k8s.io/v1 Lease l', patch: { spec: { leaseDurationSeconds: -1 } } },
      { verb: 'patch', of: 'coordination.k8s.io/v1 Lease l', patch: { spec: { renewTime: 'x' } } }
    ]
  },
  {
    name: 'strategic: conditions of a pod merge by type',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p'), silent: true },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'status',
        type: 'strategic',
        patch: { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
        show: ['status']
      },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'status',
        type: 'strategic',
        patch: { status: { conditions: [{ type: 'Other', status: 'False' }] } },
        show: ['status']
      },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'status',
        type: 'strategic',
        patch: {
          status: {
            $setElementOrder: 1,
            '$setElementOrder/conditions': [{ type: 'Other' }, { type: 'Ready' }],
            conditions: [{ type: 'Ready', $patch: 'delete' }]
          }
        },
        show: ['status']
      },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'status',
        type: 'strategic',
        patch: { spec: { priority: 7 }, metadata: { labels: { a: 'b' } } },
        show: ['spec.priority', 'metadata.labels']
      }
    ]
  }
]
