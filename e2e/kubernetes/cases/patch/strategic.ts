/** Strategic merge patches. */
import type { Case, Step } from '../../recorded-case.ts'
import { configMap, deployment, lease, networkPolicy, object, pod, podTemplate, service } from '../builders.ts'
import { MAP } from './builders.ts'

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

export const strategicPatches: readonly Case[] = [
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
