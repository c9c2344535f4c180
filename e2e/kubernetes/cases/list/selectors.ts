/** Selectors by label and field. */
import type { Case } from '../../recorded-case.ts'
import { NAMES, four, listed, chunks } from './builders.ts'

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

export const selectors: readonly Case[] = [
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
  }
]
