/** Tables: the columns of each kind, wide ones too, and what stands in them for an object that nobody has looked at. */
import type { Case, Step } from '../recorded-case.ts'
import { container, deployment, lease, networkPolicy, object, pod, podTemplate, service } from './builders.ts'

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
const once = { restartPolicy: 'Never' }
const matching = (name: string) => ({ replicas: 0, selector: { matchLabels: { app: name } }, template: podTemplate(name) })

/** An object, and the table of it alone: other rows of its collection may be somebody else's. */
const shown = (name: string, ...objects: readonly NonNullable<Step['object']>[]): Case => ({
  name,
  pods: true,
  steps: objects.flatMap((sent): Step[] => [
    { verb: 'create', object: sent, silent: true },
    {
      verb: 'get',
      of: `${sent.apiVersion} ${sent.kind} ${String(sent.metadata?.['name'])}`,
      headers: TABLE,
      query: { includeObject: 'None' },
      show: ['kind', 'columnDefinitions', 'rows']
    }
  ])
})

export const cases: readonly Case[] = [
  shown(
    'table: core kinds',
    object('v1 ConfigMap', 'm', { data: { a: 'b' }, binaryData: { c: '' } }),
    object('v1 Secret', 's', { stringData: { a: 'b' } }),
    object('v1 ServiceAccount', 'a', { secrets: [{ name: 'x' }] }),
    service('s', { selector: { a: 'b', c: 'd' } }),
    service('h', {
      clusterIP: 'None',
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 53, protocol: 'UDP' }
      ]
    }),
    service('e', { type: 'ExternalName', externalName: 'a.b' }),
    service('lb', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, externalIPs: ['1.2.3.4'] }),
    object('v1 Endpoints', 'e', {
      subsets: [{ addresses: [{ ip: '1.2.3.4' }, { ip: '1.2.3.5' }, { ip: '1.2.3.6' }, { ip: '1.2.3.7' }], ports: [{ port: 80 }] }]
    }),
    object('v1 ResourceQuota', 'q', { spec: {} }),
    object('v1 LimitRange', 'l', { spec: { limits: [{ type: 'Pod', max: { cpu: '1' } }] } }),
    object('v1 PodTemplate', 't', { template: podTemplate('x') }),
    object('v1 Event', 'e', {
      involvedObject: { kind: 'Pod', name: 'p', namespace: '$NS' },
      reason: 'R',
      message: ' m ',
      type: 'Warning',
      source: { component: 'c', host: 'h' },
      count: 3,
      firstTimestamp: '2020-01-01T00:00:00Z',
      lastTimestamp: '2020-01-01T00:00:00Z'
    })
  ),
  shown(
    'table: pods',
    pod('plain', { containers: [container(), container({ name: 'd' })] }),
    pod('gated', { schedulingGates: [{ name: 'wait' }] }),
    pod('gates', {
      readinessGates: [{ conditionType: 'a.b/c' }],
      initContainers: [container({ name: 'i' }), container({ name: 's', restartPolicy: 'Always' })]
    })
  ),
  shown(
    'table: workloads',
    deployment('d', {
      replicas: 0,
      paused: true,
      template: podTemplate('d', { containers: [container(), container({ name: 'e', image: 'other' })] })
    }),
    object('apps/v1 ReplicaSet', 'r', { spec: matching('r') }),
    object('apps/v1 StatefulSet', 's', { spec: matching('s') }),
    object('apps/v1 DaemonSet', 'd', {
      spec: { selector: { matchLabels: { app: 'x' } }, template: podTemplate('x', { nodeSelector: { oracle: 'nowhere' } }) }
    }),
    object('apps/v1 ControllerRevision', 'c', { revision: 7, data: { a: 'b' } }),
    object('batch/v1 Job', 'j', { spec: { suspend: false, managedBy: 'a.b/c', completions: 3, template: podTemplate('j', once) } }),
    object('batch/v1 CronJob', 'c', {
      spec: { suspend: true, schedule: '0 0 1 1 *', timeZone: 'UTC', jobTemplate: { spec: { template: podTemplate('c', once) } } }
    })
  ),
  shown(
    'table: networking and policy',
    networkPolicy('n', { podSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['x', 'w'] }] } }),
    object('networking.k8s.io/v1 Ingress', 'i', {
      spec: { ingressClassName: 'c', tls: [{ hosts: ['a.b'] }], rules: ['a', 'b', 'c', 'd'].map((host) => ({ host: `${host}.b` })) }
    }),
    object('networking.k8s.io/v1 Ingress', 'j', { spec: { defaultBackend: { service: { name: 's', port: { number: 1 } } } } }),
    object('discovery.k8s.io/v1 EndpointSlice', 'e', {
      addressType: 'IPv4',
      endpoints: ['1', '2', '3', '4'].map((last) => ({ addresses: [`1.2.3.${last}`] })),
      ports: [{ port: 80 }, { name: 'b', port: 81 }]
    }),
    object('policy/v1 PodDisruptionBudget', 'b', { spec: { minAvailable: '50%' } }),
    lease('l'),
    object('rbac.authorization.k8s.io/v1 Role', 'r', { rules: [] }),
    object('rbac.authorization.k8s.io/v1 RoleBinding', 'b', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 'a', namespace: 'n' }
      ]
    })
  ),
  shown(
    'table: the cluster',
    object('storage.k8s.io/v1 StorageClass', 'oracle-table', { provisioner: 'a.b/c' }),
    object('scheduling.k8s.io/v1 PriorityClass', 'oracle-table', { value: 3 }),
    object('node.k8s.io/v1 RuntimeClass', 'oracle-table', { handler: 'h' }),
    object('networking.k8s.io/v1 IngressClass', 'oracle-table', { spec: { controller: 'a.b/c', parameters: { kind: 'K', name: 'n' } } }),
    object('rbac.authorization.k8s.io/v1 ClusterRole', 'oracle-table', { rules: [] })
  )
]
