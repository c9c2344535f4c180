/** Collections: selectors, pages, versions, and the shapes that a client asks for. */
import type { Case, Step } from '../recorded-case.ts'
import { lease, object, service } from './builders.ts'

const LEASES = 'coordination.k8s.io/v1 Lease'
const PATH = '/apis/coordination.k8s.io/v1/namespaces/$NS/leases'
const NAMES = ['items.0.metadata.name', 'items.1.metadata.name', 'items.2.metadata.name', 'items.3.metadata.name', 'items.4.metadata.name']
const PAGE = [...NAMES, 'metadata.continue', 'metadata.remainingItemCount']

const four: Step[] = [
  ['a', { team: 'x', n: '1', 'example.com/k': 'v' }],
  ['b', { team: 'y', n: '2' }],
  ['c', { team: 'x', n: '10', empty: '' }],
  ['d', {}]
].map(([name, labels]) => ({ verb: 'create', object: lease(String(name), {}, { labels }), silent: true }))

const listed = (query: Step['query'], show: Step['show'] = NAMES): Step => ({
  verb: 'list',
  of: LEASES,
  query: query ?? {},
  show: show ?? NAMES
})

const labelSelectors = [
  'team=x',
  'team==x',
  'team!=x',
  'team',
  '!team',
  'team in (x, y)',
  'team notin (x)',
  'n>1',
  'n<10',
  'n>1,n<11',
  'team=x,n!=10',
  'empty=',
  'empty',
  'empty in ()',
  'empty in (,)',
  'example.com/k=v',
  'team in (x',
  'team in x)',
  'team in',
  'team in ((x))',
  'team =x',
  '!',
  '!team=x',
  '! team',
  'n>1.5',
  'n>',
  'n>>1',
  'team=x y',
  'team=-x',
  '=x',
  '-a=b',
  'a/b/c=d',
  'UPPER/a=b',
  ',',
  'team,',
  ',team',
  'team=x,',
  'team = x , n = 1',
  'team in (x),n in (1,2)',
  'n=1;n=2',
  'team=%',
  'a'.repeat(64),
  'team~x',
  '(team)',
  'team===x',
  'team notin x',
  'team in (x)y',
  'not in (x)',
  'in in (x)',
  'team!x',
  '(',
  ')',
  'team exists'
]
const fieldSelectors = [
  'metadata.name=a',
  'metadata.name==a',
  'metadata.name!=a',
  'metadata.name',
  'metadata.name=',
  'metadata.name!=',
  'metadata.namespace=$NS',
  'metadata.namespace=other',
  'metadata.namespace!=$NS',
  'metadata.name=a,metadata.name=b',
  'spec.holderIdentity=me',
  'nonsense',
  'a=b=c',
  'metadata.name=a\\,b',
  'metadata.name=a\\',
  'metadata.name=\\a',
  ',',
  'metadata.name=a,',
  ',metadata.name=a',
  ' metadata.name = a ',
  'metadata.name>a',
  '=a',
  '!=',
  'metadata.uid=x',
  'metadata.labels.team=x'
]
const accepts = [
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
  'application/json;as=Table;v=v2;g=meta.k8s.io',
  'application/json;as=Table;v=v1;g=nonsense',
  'application/json;as=Table',
  'application/json;as=Nonsense;v=v1;g=meta.k8s.io',
  'application/json;as=Nonsense;v=v1;g=meta.k8s.io,application/json',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1beta1;g=meta.k8s.io',
  'application/yaml;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/yaml;as=Table;v=v1;g=meta.k8s.io',
  'application/yaml',
  'text/html',
  'text/html,application/json',
  'text/*',
  'nonsense',
  'application/json;q=0.1,application/yaml;q=0.9',
  'application/json;pretty=1',
  'application/json;charset=utf-8',
  'application/json;stream=watch',
  'application/xml',
  'image/png;q=1, */*;q=0.1',
  ','
]

export const cases: readonly Case[] = [
  ...chunks(labelSelectors, 6).map((some, index): Case => ({
    name: `label selectors ${index + 1}`,
    steps: [...four, ...some.map((labelSelector) => listed({ labelSelector }))]
  })),
  ...chunks(fieldSelectors, 6).map((some, index): Case => ({
    name: `field selectors ${index + 1}`,
    steps: [...four, ...some.map((fieldSelector) => listed({ fieldSelector }))]
  })),
  {
    name: 'both selectors',
    steps: [
      ...four,
      listed({ labelSelector: 'team=x', fieldSelector: 'metadata.name!=a' }),
      listed({ labelSelector: 'team=x', fieldSelector: 'metadata.name=b' }),
      listed({ labelSelector: ['team=x', 'team=y'] }),
      listed({ labelSelector: 'team in (', fieldSelector: 'nonsense' })
    ]
  },
  {
    name: 'field selectors of other kinds',
    steps: (
      [
        ['v1 Pod', 'spec.nodeName=,status.phase=Pending'],
        ['v1 Pod', 'spec.serviceAccountName=default'],
        ['v1 Pod', 'spec.restartPolicy!=Always,spec.schedulerName=x,status.podIP=,status.nominatedNodeName=,spec.hostNetwork=true'],
        ['v1 Pod', 'spec.hostname=x'],
        ['v1 Service', 'spec.clusterIP=None,spec.type=ClusterIP'],
        ['v1 Service', 'spec.ports=x'],
        ['v1 Secret', 'type=Opaque'],
        ['apps/v1 ReplicaSet', 'status.replicas=0'],
        ['apps/v1 Deployment', 'status.replicas=0'],
        ['batch/v1 Job', 'status.successful=0'],
        ['v1 ConfigMap', 'data.a=b'],
        ['v1 Event', 'involvedObject.kind=Pod,involvedObject.name=x,reason=y,source=z,type=w,reportingComponent=r'],
        ['v1 Event', 'involvedObject.nonsense=Pod'],
        ['events.k8s.io/v1 Event', 'reason=x,regarding.kind=Pod'],
        ['events.k8s.io/v1 Event', 'involvedObject.kind=Pod'],
        ['rbac.authorization.k8s.io/v1 Role', 'rules=x']
      ] as const
    ).map(([of, fieldSelector]) => ({ verb: 'list', of, query: { fieldSelector }, show: ['items.0.metadata.name'] }) as const)
  },
  {
    name: 'field selectors of what has no namespace',
    steps: [
      { verb: 'request', path: '/api/v1/namespaces', query: { fieldSelector: 'status.phase=Active,metadata.name=$NS' }, show: NAMES },
      { verb: 'request', path: '/api/v1/namespaces', query: { fieldSelector: 'spec.finalizers=x' } },
      { verb: 'request', path: '/api/v1/nodes', query: { fieldSelector: 'spec.unschedulable=x' }, show: NAMES },
      { verb: 'request', path: '/api/v1/nodes', query: { fieldSelector: 'spec.podCIDR=x' } },
      { verb: 'request', path: '/api/v1/namespaces', query: { fieldSelector: 'metadata.namespace=x' } }
    ]
  },
  {
    name: 'pages',
    steps: [
      ...four,
      { ...listed({ limit: '2' }, PAGE), capture: { token: 'metadata.continue' } },
      { ...listed({ limit: '2', continue: '$token' }, PAGE) },
      { ...listed({ limit: '1', continue: '$token' }, PAGE) },
      { ...listed({ continue: '$token' }, PAGE) },
      { ...listed({ limit: '0' }, PAGE) },
      { ...listed({ limit: '4' }, PAGE) },
      { ...listed({ limit: '100' }, PAGE) },
      { ...listed({ limit: '3' }, ['metadata.remainingItemCount']) }
    ]
  },
  {
    name: 'pages of a selection',
    steps: [
      ...four,
      { ...listed({ limit: '1', labelSelector: 'team=x' }, PAGE), capture: { token: 'metadata.continue' } },
      { ...listed({ limit: '1', labelSelector: 'team=x', continue: '$token' }, PAGE), capture: { second: 'metadata.continue' } },
      { ...listed({ limit: '2', labelSelector: 'team' }, PAGE) },
      { ...listed({ limit: '1', labelSelector: 'team=y', continue: '$token' }, PAGE) },
      { ...listed({ limit: '1', fieldSelector: 'metadata.name!=a' }, PAGE) },
      { ...listed({ limit: '1', fieldSelector: 'metadata.name=c' }, PAGE) }
    ]
  },
  {
    name: 'a page shows the state of the first',
    steps: [
      ...four,
      { ...listed({ limit: '2' }, PAGE), capture: { token: 'metadata.continue', version: 'metadata.resourceVersion' } },
      { verb: 'delete', of: `${LEASES} c`, silent: true },
      { verb: 'create', object: lease('bb'), silent: true },
      { ...listed({ limit: '5', continue: '$token' }, PAGE) },
      listed({ resourceVersion: '$version', resourceVersionMatch: 'Exact' }),
      listed({ resourceVersion: '$version', resourceVersionMatch: 'Exact', limit: '2' }, PAGE),
      listed({ resourceVersion: '$version', limit: '3' }, PAGE),
      listed({ resourceVersion: '$version', resourceVersionMatch: 'NotOlderThan' }),
      listed({ resourceVersion: '$version', resourceVersionMatch: 'NotOlderThan', limit: '2' }, PAGE),
      listed({ resourceVersion: '$version' }),
      listed({ resourceVersion: '0', limit: '2' }, ['metadata.continue', 'metadata.remainingItemCount'])
    ]
  },
  {
    name: 'tokens that are wrong',
    steps: [
      ...four,
      { ...listed({ limit: '2' }, PAGE), capture: { token: 'metadata.continue', version: 'metadata.resourceVersion' }, silent: true },
      ...[
        'nonsense',
        'bm9uc2Vuc2U',
        '%%%',
        // {"v":"meta.k8s.io/v1","rv":1,"start":"a\u0000"}: the history of version 1 is gone.
        'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhXHUwMDAwIn0',
        // {"v":"meta.k8s.io/v2","rv":1,"start":"a"}
        'eyJ2IjoibWV0YS5rOHMuaW8vdjIiLCJydiI6MSwic3RhcnQiOiJhIn0',
        // {"v":"meta.k8s.io/v1","start":"a"}
        'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJzdGFydCI6ImEifQ',
        // {}
        'e30'
      ].map((token) => listed({ limit: '2', continue: token })),
      listed({ limit: '2', continue: '$token', resourceVersion: '0' }),
      listed({ limit: '2', continue: '$token', resourceVersion: '5' }),
      listed({ limit: '2', continue: '$token', resourceVersion: '$version', resourceVersionMatch: 'Exact' }),
      listed({ limit: '2', continue: '$token', resourceVersionMatch: 'NotOlderThan' }),
      listed({ continue: '' })
    ]
  },
  {
    name: 'versions and how to match them',
    steps: [
      ...four,
      ...(
        [
          ['0', 'Exact'],
          ['', 'Exact'],
          ['', 'NotOlderThan'],
          ['1', 'Nonsense'],
          ['x', ''],
          ['x', 'Exact'],
          ['-1', ''],
          ['1.5', ''],
          ['999999999', 'Exact'],
          ['1', ''],
          ['1', 'NotOlderThan'],
          ['18446744073709551616', '']
        ] as const
      ).map(([resourceVersion, resourceVersionMatch]) => listed({ resourceVersion, resourceVersionMatch })),
      listed({ resourceVersion: '1', resourceVersionMatch: 'Exact' }),
      listed({ resourceVersionMatch: 'Exact' }),
      listed({ sendInitialEvents: 'true' }),
      listed({ sendInitialEvents: 'false' }),
      listed({ sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }),
      listed({ sendInitialEvents: 'nonsense' }),
      listed({ allowWatchBookmarks: 'true' })
    ]
  },
  { name: 'a version far ahead', steps: [listed({ resourceVersion: '999999999' })] },
  { name: 'a version far ahead, in pages', steps: [listed({ resourceVersion: '999999999', limit: '1' })] },
  {
    name: 'limits that are odd',
    steps: [...four, ...['abc', '-1', '1.5', '', '99999999999999999999', '0x10', '+1', '1e3', ' 1'].map((limit) => listed({ limit }, PAGE))]
  },
  {
    name: 'an empty list',
    steps: [
      { verb: 'list', of: LEASES },
      { verb: 'list', of: LEASES, headers: { accept: accepts[0] as string } },
      { verb: 'list', of: LEASES, headers: { accept: accepts[8] as string } },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1/namespaces/missing-$NS/leases' },
      { verb: 'request', path: '/api/v1/namespaces/missing-$NS/secrets' }
    ]
  },
  {
    name: 'a name in the path and a selector',
    steps: [
      ...four,
      { verb: 'request', path: `${PATH}/a`, query: { labelSelector: 'team=y' }, show: ['metadata.name'] },
      { verb: 'request', path: `${PATH}/a`, query: { fieldSelector: 'nonsense=y' }, show: ['metadata.name'] },
      { verb: 'request', path: `${PATH}/a`, query: { limit: 'abc' }, show: ['metadata.name'] },
      { verb: 'request', path: `${PATH}/a`, query: { pretty: 'true' }, show: ['metadata.name'] },
      { verb: 'request', path: `${PATH}/a`, query: { nonsense: 'abc' }, show: ['metadata.name'] }
    ]
  },
  ...chunks(accepts, 4).map((some, index): Case => ({
    name: `accepted shapes ${index + 1}`,
    steps: [
      four[0] as Step,
      ...some.flatMap((accept): Step[] => [
        { verb: 'list', of: LEASES, headers: { accept }, heads: ['content-type'] },
        { verb: 'get', of: `${LEASES} a`, headers: { accept }, heads: ['content-type'] }
      ])
    ]
  })),
  ...['Metadata', 'Object', 'None', '', 'nonsense', 'object'].map((includeObject): Case => ({
    name: `a table including "${includeObject}"`,
    steps: [
      ...four.slice(0, 2),
      { verb: 'list', of: LEASES, headers: { accept: accepts[0] as string }, query: { includeObject } },
      { verb: 'get', of: `${LEASES} a`, headers: { accept: accepts[0] as string }, query: { includeObject } },
      { verb: 'list', of: LEASES, query: { includeObject }, show: NAMES }
    ]
  })),
  {
    name: 'shapes of what is not listed',
    steps: [
      four[0] as Step,
      { verb: 'get', of: `${LEASES} missing`, headers: { accept: accepts[0] as string } },
      { verb: 'get', of: `${LEASES} missing`, headers: { accept: 'application/yaml' }, heads: ['content-type'] },
      { verb: 'get', of: `${LEASES} missing`, headers: { accept: 'text/html' } },
      { verb: 'create', object: lease('new'), headers: { accept: accepts[0] as string } },
      { verb: 'create', object: lease('new2'), headers: { accept: accepts[7] as string } },
      { verb: 'update', object: lease('new', { holderIdentity: 'you' }), headers: { accept: accepts[7] as string } },
      { verb: 'patch', of: `${LEASES} new`, patch: { spec: { holderIdentity: 'them' } }, headers: { accept: accepts[0] as string } },
      { verb: 'delete', of: `${LEASES} new`, headers: { accept: accepts[0] as string } },
      { verb: 'delete', of: `${LEASES} new2`, headers: { accept: accepts[7] as string } },
      { verb: 'list', of: LEASES, query: { limit: '1' }, headers: { accept: accepts[0] as string } },
      { verb: 'request', path: '/apis/coordination.k8s.io/v1', headers: { accept: accepts[0] as string }, show: ['kind'] },
      { verb: 'create', object: service('s'), headers: { accept: accepts[0] as string } },
      { verb: 'delete', of: 'v1 Service s', headers: { accept: accepts[0] as string } },
      { verb: 'create', object: object('v1 Secret', 's', { stringData: { a: 'b' } }), headers: { accept: accepts[0] as string } },
      { verb: 'create', object: lease('new3'), headers: { accept: 'text/html' } },
      { verb: 'get', of: `${LEASES} new3` }
    ]
  },
  {
    name: 'pages as tables and as metadata',
    steps: [
      ...four,
      {
        verb: 'list',
        of: LEASES,
        query: { limit: '2' },
        headers: { accept: accepts[0] as string },
        show: ['metadata.remainingItemCount', 'metadata.continue', 'rows.0.cells.0', 'rows.1.cells.0', 'rows.2']
      },
      {
        verb: 'list',
        of: LEASES,
        query: { limit: '2' },
        headers: { accept: accepts[8] as string },
        show: ['kind', 'metadata.continue', 'metadata.remainingItemCount', 'items.1.metadata.name', 'items.2']
      }
    ]
  },
  {
    name: 'pretty',
    steps: [
      four[0] as Step,
      { verb: 'get', of: `${LEASES} a`, query: { pretty: 'true' }, heads: ['content-type'], show: 'verdict' },
      { verb: 'get', of: `${LEASES} a`, query: { pretty: 'nonsense' }, show: 'verdict' }
    ]
  }
]

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}
