/** Eventing's roles for people, and those that kinds of others join by a label (reference 1.18). */
import type * as k8s from '../../kubernetes/index.ts'
import type { AnyRole } from '../parts.ts'
import { systemLabels, type SystemOptions } from '../system-options.ts'
import { clusterBindingOf, rbacVersion } from './bindings.ts'

const eventing = 'eventing.knative.dev'
const messaging = 'messaging.knative.dev'
const flows = 'flows.knative.dev'
const sources = 'sources.knative.dev'
const sinks = 'sinks.knative.dev'
const bindings = 'bindings.knative.dev'
const read = ['get', 'list', 'watch']
const withStatus = (...kinds: string[]): string[] => kinds.flatMap((kind) => [kind, `${kind}/status`])
const rule = (apiGroup: string, resources: string[], verbs: string[]): k8s.PolicyRule => ({ apiGroups: [apiGroup], resources, verbs })
const duck = (name: string): Record<string, string> => ({ [`duck.knative.dev/${name}`]: 'true' })
const aggregatedTo = (role: string): Record<string, string> => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true' })

interface Member {
  readonly name: string
  readonly label: Readonly<Record<string, string>>
  readonly rules: readonly k8s.PolicyRule[]
}

const namespacedAdmin = (name: string, group: string): Member => ({
  name: `knative-${name}-namespaced-admin`,
  label: aggregatedTo('admin'),
  rules: [rule(group, ['*'], ['*'])]
})

/** As upstream has them (knative/eventing, config/core/roles), by the same names and labels. */
const members: readonly Member[] = [
  namespacedAdmin('eventing', eventing),
  namespacedAdmin('messaging', messaging),
  namespacedAdmin('flows', flows),
  namespacedAdmin('sources', sources),
  namespacedAdmin('sinks', sinks),
  namespacedAdmin('bindings', bindings),
  {
    name: 'knative-eventing-namespaced-edit',
    label: aggregatedTo('edit'),
    rules: [eventing, messaging, flows, sources, sinks, bindings].map((group) =>
      rule(group, ['*'], ['create', 'update', 'patch', 'delete'])
    )
  },
  {
    name: 'knative-eventing-namespaced-view',
    label: aggregatedTo('view'),
    rules: [eventing, messaging, flows, sources, sinks, bindings].map((group) => rule(group, ['*'], read))
  },
  {
    name: 'broker-addressable-resolver',
    label: duck('addressable'),
    rules: [rule(eventing, withStatus('brokers', 'requestreplies'), read)]
  },
  {
    name: 'eventtransforms-addressable-resolver',
    label: duck('addressable'),
    rules: [rule(eventing, withStatus('eventtransforms'), read)]
  },
  {
    name: 'channel-addressable-resolver',
    label: duck('addressable'),
    rules: [rule(messaging, withStatus('channels', 'inmemorychannels'), read)]
  },
  { name: 'flows-addressable-resolver', label: duck('addressable'), rules: [rule(flows, withStatus('sequences', 'parallels'), read)] },
  { name: 'jobsinks-addressable-resolver', label: duck('addressable'), rules: [rule(sinks, withStatus('jobsinks'), read)] },
  {
    name: 'integrationsinks-addressable-resolver',
    label: duck('addressable'),
    rules: [rule(sinks, withStatus('integrationsinks'), read)]
  },
  { name: 'service-addressable-resolver', label: duck('addressable'), rules: [rule('', ['services'], read)] },
  {
    name: 'serving-addressable-resolver',
    label: duck('addressable'),
    rules: [rule('serving.knative.dev', withStatus('routes', 'services'), read)]
  },
  {
    name: 'meta-channelable-manipulator',
    label: duck('channelable'),
    rules: [rule(messaging, withStatus('channels', 'inmemorychannels'), [...read, 'create', 'update', 'patch', 'delete'])]
  },
  {
    name: 'eventing-sources-source-observer',
    label: duck('source'),
    rules: [rule(sources, ['apiserversources', 'containersources', 'integrationsources', 'pingsources', 'sinkbindings'], read)]
  },
  {
    name: 'builtin-podspecable-binding',
    label: duck('podspecable'),
    rules: [
      rule('apps', ['deployments', 'daemonsets', 'replicasets', 'statefulsets'], ['get', 'list', 'watch', 'patch']),
      rule('batch', ['jobs', 'cronjobs'], ['get', 'list', 'watch', 'patch'])
    ]
  },
  { name: 'broker-subscriber', label: duck('crossnamespace-subscribable'), rules: [rule(eventing, ['brokers'], ['knsubscribe'])] },
  { name: 'channel-subscriber', label: duck('crossnamespace-subscribable'), rules: [rule(messaging, ['channels'], ['knsubscribe'])] },
  { name: 'imc-subscriber', label: duck('crossnamespace-subscribable'), rules: [rule(messaging, ['inmemorychannels'], ['knsubscribe'])] }
]

/** Name of each role whose rules the cluster collects, to the duck type that members are labelled with. */
const aggregates: Readonly<Record<string, string>> = {
  'addressable-resolver': 'addressable',
  'channelable-manipulator': 'channelable',
  'podspecable-binding': 'podspecable',
  'source-observer': 'source',
  'crossnamespace-subscriber': 'crossnamespace-subscribable'
}

/** Which roles follow kinds that they do not know by name. */
const bound: readonly (readonly [role: AnyRole, aggregate: string])[] = [
  ['eventing-controller', 'addressable-resolver'],
  ['eventing-controller', 'channelable-manipulator'],
  ['eventing-controller', 'podspecable-binding'],
  ['eventing-controller', 'source-observer'],
  // The Subscription of a Trigger is in the Trigger's namespace, its channel in the Broker's: who may link them was asked of the Trigger's author.
  ['eventing-controller', 'crossnamespace-subscriber'],
  ['eventing-webhook', 'podspecable-binding']
]

/** Roles of people, roles that kinds join, and what binds Eventing's own roles to them. */
export function eventingAggregates(options: SystemOptions): (k8s.ClusterRole | k8s.ClusterRoleBinding)[] {
  const labels = systemLabels(options, 'eventing-controller', 'eventing')
  const role = (name: string, label: Readonly<Record<string, string>> = {}) => ({
    apiVersion: rbacVersion,
    kind: 'ClusterRole' as const,
    metadata: { name, labels: { ...labels, ...label } }
  })
  return [
    ...members.map(({ name, label, rules }) => ({ ...role(name, label), rules: [...rules] })),
    ...Object.entries(aggregates).map(([name, type]) => ({
      ...role(name),
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: duck(type) }] }
    })),
    ...bound.map(([account, aggregate]) => clusterBindingOf(account, `${account}-${aggregate}`, aggregate, labels))
  ]
}
