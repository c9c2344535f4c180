/** What Eventing does seldom. */
import {
  brokers,
  containerSources,
  eventTypes,
  inMemoryChannels,
  pingSources,
  sequences,
  sinkBindings,
  subscriptions,
  triggers,
  type KubeObject,
  type Resource
} from '@knative-ts/api'
import { deployments, namespaces, services } from '@knative-ts/api/kubernetes'
import { eventingUser } from '../../rig/eventing-user.ts'
import { imageOf } from '../../rig/installation.ts'
import type { Platform } from '../../rig/platform.ts'
import { until } from '../../rig/until.ts'
import { everyMs, found, rareMomentsOf, withinMs, type RareMoments } from './rare-moments.ts'

const eventing = 'eventing.knative.dev/v1'
const messaging = 'messaging.knative.dev/v1'
const somewhere = { uri: 'http://nobody.example.com' }
const made = (apiVersion: string, kind: string, name: string, spec: object, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion,
  kind,
  metadata: { name, labels },
  spec
})

/** What somebody changes of the children of `owner`, and the controller takes back. */
interface Damage {
  readonly resource: Resource
  readonly owner: string
  readonly patch: object
  readonly isThere: (object: KubeObject) => boolean
}

const at = (object: KubeObject, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object)

const damages: readonly Damage[] = [
  {
    resource: subscriptions,
    owner: 'Trigger',
    patch: { spec: { delivery: { retry: 7 } } },
    isThere: (one) => at(one, 'spec', 'delivery', 'retry') === 7
  },
  {
    resource: inMemoryChannels,
    owner: 'Broker',
    patch: { spec: { delivery: { retry: 7 } } },
    isThere: (one) => at(one, 'spec', 'delivery', 'retry') === 7
  },
  {
    resource: services,
    owner: 'InMemoryChannel',
    patch: { spec: { externalName: 'nobody.example.com' } },
    isThere: (one) => at(one, 'spec', 'externalName') === 'nobody.example.com'
  },
  {
    resource: sinkBindings,
    owner: 'ContainerSource',
    patch: { spec: { ceOverrides: { extensions: { spoilt: 'yes' } } } },
    isThere: (one) => at(one, 'spec', 'ceOverrides', 'extensions', 'spoilt') === 'yes'
  },
  {
    resource: deployments,
    owner: 'ContainerSource',
    // Nobody runs it: that one is taken back before, or was never any good.
    patch: { spec: { template: { spec: { containers: [{ name: 'source', image: 'dev.local/spoilt' }] } } } },
    isThere: (one) => JSON.stringify(at(one, 'spec', 'template', 'spec', 'containers')).includes('dev.local/spoilt')
  },
  {
    resource: eventTypes,
    owner: 'PingSource',
    patch: { spec: { description: 'spoilt' } },
    isThere: (one) => at(one, 'spec', 'description') === 'spoilt'
  }
]

async function takenBack({ client, namespace }: Platform, { resource, owner, patch, isThere }: Damage): Promise<void> {
  const children = async (): Promise<KubeObject[]> => {
    const { items } = await client.list(resource, { namespace })
    return items.filter(({ metadata }) => metadata.ownerReferences?.some(({ kind, controller }) => kind === owner && controller === true))
  }
  const name = await until(`a ${owner} has a ${resource.kind}`, async () => (await children())[0]?.metadata.name, withinMs, everyMs)
  const written = await client.patch(resource, { namespace, name }, { type: 'merge', body: patch })
  if (!isThere(written)) throw new Error(`${resource.kind} ${name} is not spoilt by ${JSON.stringify(patch)}`)
  await until(
    `${resource.kind} ${name} is as it was`,
    async () => {
      const now = await found(client.get(resource, { namespace, name }))
      return now !== undefined && !isThere(now)
    },
    withinMs,
    everyMs
  )
}

export const eventingMoments: RareMoments = {
  ...rareMomentsOf('eventing', ['eventing-controller']),
  'somebody changes what belongs to others': async (platform) => {
    const { client, namespace } = platform
    const user = eventingUser(client, namespace)
    const template = { 'channel-template-spec': 'apiVersion: messaging.knative.dev/v1\nkind: InMemoryChannel\n' }
    const config = { apiVersion: 'v1', kind: 'ConfigMap', name: 'channels', namespace }
    await user.apply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: config.name }, data: template },
      made(eventing, 'Broker', 'mended', { config }),
      made(eventing, 'Trigger', 'mended', { broker: 'mended', subscriber: somewhere }),
      made('sources.knative.dev/v1', 'PingSource', 'mended', {
        schedule: '0 0 1 1 *',
        sink: { ref: { apiVersion: eventing, kind: 'Broker', name: 'mended' } }
      }),
      made('sources.knative.dev/v1', 'ContainerSource', 'mended', {
        template: { spec: { containers: [{ name: 'source', image: imageOf('recorder') }] } },
        sink: somewhere
      })
    )
    await Promise.all([
      user.ready(brokers, 'mended'),
      user.ready(triggers, 'mended'),
      user.ready(pingSources, 'mended'),
      user.ready(containerSources, 'mended')
    ])
    await Promise.all(damages.map((damage) => takenBack(platform, damage)))
  },
  'a Sequence gets shorter': async ({ client, namespace }) => {
    const user = eventingUser(client, namespace)
    const steps = [somewhere, somewhere]
    await user.apply(made('flows.knative.dev/v1', 'Sequence', 'shorter', { steps }))
    await user.ready(sequences, 'shorter')
    await client.patch(sequences, { namespace, name: 'shorter' }, { type: 'merge', body: { spec: { steps: steps.slice(1) } } })
    const second = async (): Promise<string[]> => {
      const both = await Promise.all([client.list(inMemoryChannels, { namespace }), client.list(subscriptions, { namespace })])
      return both
        .flatMap(({ items }) => items.map(({ metadata }) => metadata.name ?? ''))
        .filter((name) => name === 'shorter-kn-sequence-1')
    }
    await until('what its second step had is gone', async () => (await second()).length === 0, withinMs, everyMs)
  },
  'a namespace asks for a Broker by its label': async ({ client, namespace, configure }) => {
    await configure('knative-eventing/config-sugar', { 'namespace-selector': `matchLabels: { sweet: ${namespace} }` })
    await client.patch(
      namespaces,
      { namespace: '', name: namespace },
      { type: 'merge', body: { metadata: { labels: { sweet: namespace } } } }
    )
    await eventingUser(client, namespace).ready(brokers, 'default')
  },
  'a Subscription leads to another namespace': async ({ client, namespace, configure }) => {
    await configure('knative-eventing/config-features', { 'cross-namespace-event-links': 'enabled' })
    const link = {
      apiVersion: messaging,
      kind: 'Subscription',
      metadata: { name: 'across', namespace },
      spec: { channel: { apiVersion: messaging, kind: 'InMemoryChannel', name: 'any', namespace: 'default' }, subscriber: somewhere }
    } as const
    await until('who makes it is asked whether he may', () => client.create(subscriptions, link, { dryRun: true }), withinMs, everyMs)
  }
}
