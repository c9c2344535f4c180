/** Budgets, network policies, quotas, limits, priorities, runtimes, leases, events, namespaces, nodes: rules and what pods meet. */
import type { Case, Step } from '../recorded-case.ts'
import { container, lease, networkPolicy, object, pod, service } from './builders.ts'
import { changed, podOf, tried } from './kind-builders.ts'

const budget = (name: string, spec: object) => object('policy/v1 PodDisruptionBudget', name, { spec })
const quota = (name: string, spec: object) => object('v1 ResourceQuota', name, { spec })
const limits = (name: string, ...items: readonly object[]) => object('v1 LimitRange', name, { spec: { limits: items } })
const priority = (name: string, rest: object) => object('scheduling.k8s.io/v1 PriorityClass', name, { ...rest })
const runtime = (name: string, rest: object) => object('node.k8s.io/v1 RuntimeClass', name, { ...rest })
const node = (name: string, rest: object) => object('v1 Node', `oracle-${name}`, { ...rest })
const event = (name: string, rest: object = {}) =>
  object('v1 Event', name, {
    involvedObject: { kind: 'Pod', name: 'p', namespace: '$NS' },
    reason: 'Test',
    message: 'm',
    type: 'Normal',
    ...rest
  })
const modern = (name: string, rest: object = {}) =>
  object('events.k8s.io/v1 Event', name, {
    regarding: { kind: 'Pod', name: 'p', namespace: '$NS' },
    eventTime: '2020-01-01T00:00:00.000000Z',
    reportingController: 'example.com/c',
    reportingInstance: 'c-1',
    action: 'Do',
    reason: 'Test',
    note: 'm',
    type: 'Normal',
    ...rest
  })
const dry = (sent: NonNullable<Step['object']>): Step => ({ verb: 'create', object: sent, query: { dryRun: 'All' } })
const cpu = (part: string, cpu: string) => podOf(`pod-${part}-${cpu}`, { resources: { [part]: { cpu } } })

export const cases: readonly Case[] = [
  tried(
    'budget: rules',
    budget('fine', { maxUnavailable: 1, selector: {} }),
    budget('percent', { minAvailable: '50%', selector: { matchLabels: { a: 'b' } }, unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
    budget('bare', {}),
    budget('both', { minAvailable: 1, maxUnavailable: 1 }),
    budget('negative', { minAvailable: -1 }),
    budget('over', { maxUnavailable: '101%' }),
    budget('words', { maxUnavailable: 'some' }),
    budget('selector', { minAvailable: 1, selector: { matchExpressions: [{ key: 'a b', operator: 'Is' }] } }),
    budget('policy', { minAvailable: 1, unhealthyPodEvictionPolicy: 'Never' }),
    budget('A_b', { minAvailable: 1 })
  ),
  tried(
    'network policy: rules',
    networkPolicy('fine'),
    networkPolicy('out', { podSelector: {}, egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] }),
    networkPolicy('block', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] }),
    networkPolicy('blocks', {
      podSelector: {},
      ingress: [
        {
          from: [
            { ipBlock: { cidr: '' } },
            { ipBlock: { cidr: 'x' } },
            { ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', 'y', '10.0.0.0/8'] } }
          ]
        }
      ]
    }),
    networkPolicy('loose', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.1.2.3/8' } }] }] }),
    networkPolicy('peers', { podSelector: {}, ingress: [{ from: [{}, { ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }] }] }),
    networkPolicy('ports', {
      podSelector: {},
      ingress: [
        {
          ports: [
            { port: 0 },
            { port: 'A_b' },
            { port: 80, endPort: 70 },
            { port: 'web', endPort: 90 },
            { endPort: 3 },
            { protocol: 'ICMP' }
          ]
        }
      ]
    }),
    networkPolicy('selector', { podSelector: { matchLabels: { 'a b': 'c' } } }),
    networkPolicy('types', { podSelector: {}, policyTypes: ['Ingres'] }),
    networkPolicy('many-types', { podSelector: {}, policyTypes: ['Ingress', 'Egress', 'Ingress'] })
  ),
  tried(
    'quota: rules',
    quota('fine', {
      hard: { pods: '4', 'requests.cpu': '1000m', 'limits.memory': '1024Mi', 'count/deployments.apps': '2', 'requests.nvidia.com/gpu': 4 }
    }),
    quota('bare', {}),
    quota('names', { hard: { gpu: '1' } }),
    quota('storage', { hard: { storage: '1' } }),
    quota('qualified', { hard: { 'a b/c': '1' } }),
    quota('negative', { hard: { pods: '-1' } }),
    quota('half', { hard: { pods: '1500m' } }),
    quota('scope', { hard: { pods: '1' }, scopes: ['Old'] }),
    quota('scope-fit', { hard: { configmaps: '1' }, scopes: ['Terminating'] }),
    quota('scope-pair', { hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] }),
    quota('selector', {
      hard: { pods: '1' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] }
    }),
    quota('selector-bad', {
      hard: { pods: '1' },
      scopeSelector: {
        matchExpressions: [
          { scopeName: 'PriorityClass', operator: 'In' },
          { scopeName: 'Terminating', operator: 'In', values: ['x'] },
          { scopeName: 'X', operator: 'Is' }
        ]
      }
    })
  ),
  tried(
    'limit range: rules',
    limits('fine', { type: 'Container', max: { cpu: '2' }, min: { cpu: '100m' }, default: { memory: '1Gi' } }),
    limits('max', { type: 'Container', max: { cpu: '2' } }),
    limits('pod', { type: 'Pod', max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '2' } }),
    limits('pod-default', { type: 'Pod', default: { cpu: '2' } }),
    limits('types', { type: 'Planet' }, { type: '' }),
    limits('twice', { type: 'Pod' }, { type: 'Pod' }),
    limits('names', { type: 'Container', max: { gpu: '1' } }),
    limits('order', { type: 'Container', min: { cpu: '3' }, max: { cpu: '2' } }),
    limits('defaults', { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, default: { cpu: '5' }, defaultRequest: { cpu: '500m' } }),
    limits('ratio', { type: 'Container', maxLimitRequestRatio: { cpu: '500m' } }),
    limits('claim', { type: 'PersistentVolumeClaim', default: { storage: '1Gi' } })
  ),
  {
    name: 'limit range: what pods get, and what is refused',
    pods: true,
    steps: [
      {
        verb: 'create',
        object: limits(
          'l',
          {
            type: 'Container',
            default: { cpu: '500m' },
            defaultRequest: { cpu: '100m', memory: '64Mi' },
            max: { cpu: '1' },
            min: { cpu: '50m' }
          },
          { type: 'Pod', max: { cpu: '2' } }
        )
      },
      dry(pod('plain')),
      dry(cpu('limits', '600m')),
      dry(cpu('limits', '2')),
      dry(cpu('requests', '10m')),
      dry(
        pod('two', {
          containers: [
            container({ resources: { limits: { cpu: '1' } } }),
            container({ name: 'd', resources: { limits: { cpu: '1' } } }),
            container({ name: 'e', resources: { limits: { cpu: '1' } } })
          ]
        })
      ),
      dry(pod('init', { initContainers: [container({ name: 'i' })] }))
    ]
  },
  {
    name: 'quota: what it refuses',
    pods: true,
    steps: [
      {
        verb: 'create',
        object: quota('q', { hard: { pods: '1', 'requests.cpu': '1', 'count/configmaps': '2', services: '1', 'services.nodeports': '0' } })
      },
      { verb: 'wait', of: 'v1 ResourceQuota q', where: { 'status.used.count/configmaps': '1' } },
      dry(pod('silent')),
      dry(cpu('requests', '2')),
      dry(cpu('requests', '1')),
      dry(service('s')),
      dry(service('n', { type: 'NodePort' })),
      { verb: 'create', object: object('v1 ConfigMap', 'one', {}), show: 'verdict' },
      { verb: 'create', object: object('v1 ConfigMap', 'two', {}), show: ['message'] },
      { verb: 'patch', of: 'v1 ResourceQuota q', patch: { spec: { scopes: ['BestEffort'] } }, query: { dryRun: 'All' } }
    ]
  },
  tried(
    'priority class: rules',
    priority('oracle-fine', { value: 10, description: 'x' }),
    priority('oracle-never', { value: -5, preemptionPolicy: 'Never' }),
    priority('oracle-high', { value: 2_000_000_000 }),
    priority('oracle-policy', { value: 1, preemptionPolicy: 'Always' }),
    priority('system-mine', { value: 1 }),
    priority('Oracle', { value: 1 })
  ),
  {
    name: 'priority class: what pods get',
    pods: true,
    steps: [
      {
        verb: 'create',
        object: priority('oracle-policy-case', { value: 7, preemptionPolicy: 'Never' }),
        show: ['value', 'preemptionPolicy', 'globalDefault']
      },
      dry(pod('named', { priorityClassName: 'oracle-policy-case' })),
      dry(pod('other', { priorityClassName: 'oracle-policy-case', priority: 3 })),
      dry(pod('preempts', { priorityClassName: 'oracle-policy-case', preemptionPolicy: 'PreemptLowerPriority' })),
      dry(pod('unknown', { priorityClassName: 'oracle-nobody' })),
      dry(pod('number', { priority: 3 })),
      dry(pod('system', { priorityClassName: 'system-node-critical' })),
      {
        verb: 'patch',
        of: 'scheduling.k8s.io/v1 PriorityClass oracle-policy-case',
        patch: { value: 8, preemptionPolicy: 'PreemptLowerPriority' }
      },
      {
        verb: 'patch',
        of: 'scheduling.k8s.io/v1 PriorityClass oracle-policy-case',
        patch: { description: 'd' },
        show: ['description', 'metadata.generation']
      }
    ]
  },
  {
    name: 'runtime class: what pods get',
    pods: true,
    steps: [
      dry(
        runtime('oracle-bad', {
          handler: 'A_b',
          overhead: { podFixed: { gpu: '1' } },
          scheduling: { tolerations: [{ key: 'a', operator: 'Is' }] }
        })
      ),
      {
        verb: 'create',
        object: runtime('oracle-policy-case', {
          handler: 'h',
          overhead: { podFixed: { cpu: '10m' } },
          scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'a', operator: 'Exists' }] }
        })
      },
      dry(pod('named', { runtimeClassName: 'oracle-policy-case' })),
      dry(pod('overhead', { runtimeClassName: 'oracle-policy-case', overhead: { cpu: '20m' } })),
      dry(pod('selector', { runtimeClassName: 'oracle-policy-case', nodeSelector: { a: 'c' } })),
      dry(pod('unknown', { runtimeClassName: 'oracle-nobody' })),
      { verb: 'patch', of: 'node.k8s.io/v1 RuntimeClass oracle-policy-case', patch: { handler: 'other' } }
    ]
  },
  tried(
    'lease: rules',
    lease('fine', { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2020-01-01T00:00:00.000000Z' }),
    lease('zero', { leaseDurationSeconds: 0 }),
    lease('negative', { leaseDurationSeconds: -1, leaseTransitions: -1 }),
    lease('time', { renewTime: 'soon' }),
    lease('A_b')
  ),
  tried(
    'event: both shapes',
    event('plain'),
    event('other', { involvedObject: { kind: 'Pod', name: 'p', namespace: 'elsewhere' } }),
    event('nobody', { involvedObject: { kind: 'Node', name: 'n' } }),
    event('timed', { eventTime: '2020-01-01T00:00:00.000000Z' }),
    event('timed-fully', { eventTime: '2020-01-01T00:00:00.000000Z', reportingComponent: 'c', reportingInstance: 'i', action: 'a' }),
    event('odd-type', { type: 'Mood' }),
    modern('modern'),
    modern('untimed', { eventTime: undefined }),
    modern('typed', { type: 'Mood' }),
    modern('old', { deprecatedCount: 3, deprecatedSource: { component: 'x' } }),
    modern('series', { series: { count: 1, lastObservedTime: '2020-01-01T00:00:00.000000Z' } }),
    modern('bare', { action: '', reason: '', reportingController: '', reportingInstance: '' }),
    modern('long', { note: 'x'.repeat(1025), action: 'y'.repeat(129) })
  ),
  {
    name: 'event: one shape as the other',
    steps: [
      {
        verb: 'create',
        object: event('old', {
          source: { component: 'c', host: 'h' },
          count: 2,
          firstTimestamp: '2020-01-01T00:00:00Z',
          lastTimestamp: '2020-01-02T00:00:00Z'
        })
      },
      { verb: 'get', of: 'events.k8s.io/v1 Event old' },
      {
        verb: 'create',
        object: modern('new', {
          series: { count: 2, lastObservedTime: '2020-01-01T00:00:00.000000Z' },
          related: { kind: 'Node', name: 'n' }
        })
      },
      { verb: 'get', of: 'v1 Event new' },
      { verb: 'patch', of: 'events.k8s.io/v1 Event new', patch: { note: 'other' } },
      {
        verb: 'patch',
        of: 'events.k8s.io/v1 Event new',
        patch: { series: { count: 3, lastObservedTime: '2020-01-01T00:00:01.000000Z' } },
        show: ['series']
      },
      { verb: 'patch', of: 'v1 Event old', patch: { count: 3 }, show: ['count'] }
    ]
  },
  tried(
    'namespace and node: rules',
    object('v1 Namespace', 'oracle-fine', {}),
    object('v1 Namespace', 'oracle.dotted', {}),
    object('v1 Namespace', 'oracle-finalized', { spec: { finalizers: ['lonely'] } }),
    object('v1 Namespace', 'oracle-labelled', {}, { labels: { 'kubernetes.io/metadata.name': 'other' } }),
    node('plain', { spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } }),
    node('taints', {
      spec: {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule', value: 'x' },
          { key: 'a b', effect: 'Never' },
          { key: 'c' }
        ]
      }
    }),
    node('blocks', { spec: { podCIDRs: ['x'] } })
  ),
  changed(
    'budget: what may change',
    budget('b', { minAvailable: 1 }),
    { spec: { minAvailable: 2 } },
    { spec: { minAvailable: null, maxUnavailable: '10%' } },
    { spec: { maxUnavailable: 1 } }
  )
]
