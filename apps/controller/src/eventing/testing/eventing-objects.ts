/** Objects of Eventing as they are stored, with the webhook's defaults. */
import type {
  Broker,
  Channel,
  EventType,
  InMemoryChannel,
  JobSink,
  KReference,
  Parallel,
  Sequence,
  Subscription,
  SubscriptionSpec,
  Trigger,
  TriggerSpec
} from '@knative-ts/api'
import { kubeService } from '@knative-ts/testing'

const namespace = 'default'

export const aService = (name: string) => kubeService({ metadata: { name, namespace } })
export const serviceRef = (name: string): KReference => ({ apiVersion: 'v1', kind: 'Service', name, namespace })
export const imcRef = (name: string): KReference => ({ apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel', name })

export const aBroker = (name = 'default', spec: Broker['spec'] = {}): Broker => ({
  apiVersion: 'eventing.knative.dev/v1',
  kind: 'Broker',
  metadata: { name, namespace, annotations: { 'eventing.knative.dev/broker.class': 'MTChannelBasedBroker' } },
  spec: {
    config: { apiVersion: 'v1', kind: 'ConfigMap', name: 'config-br-default-channel', namespace: 'knative-eventing' },
    delivery: { retry: 10, backoffPolicy: 'exponential', backoffDelay: 'PT0.2S' },
    ...spec
  }
})

export const aTrigger = (name = 'hello', spec: Partial<TriggerSpec> = {}, metadata: Trigger['metadata'] = {}): Trigger => ({
  apiVersion: 'eventing.knative.dev/v1',
  kind: 'Trigger',
  metadata: { name, namespace, labels: { 'eventing.knative.dev/broker': 'default' }, ...metadata },
  spec: { broker: 'default', filter: {}, subscriber: { ref: serviceRef('sink') }, ...spec }
})

export const aChannel = (name = 'hello', spec: InMemoryChannel['spec'] = {}): InMemoryChannel => ({
  apiVersion: 'messaging.knative.dev/v1',
  kind: 'InMemoryChannel',
  metadata: { name, namespace, annotations: { 'messaging.knative.dev/subscribable': 'v1' } },
  spec
})

export const aFrontChannel = (name = 'hello', spec: Channel['spec'] = {}): Channel => ({
  apiVersion: 'messaging.knative.dev/v1',
  kind: 'Channel',
  metadata: { name, namespace },
  spec: { channelTemplate: { apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel' }, ...spec }
})

export const aSubscription = (name = 'hello', spec: Partial<SubscriptionSpec> = {}): Subscription => ({
  apiVersion: 'messaging.knative.dev/v1',
  kind: 'Subscription',
  metadata: { name, namespace },
  spec: { channel: imcRef('hello'), subscriber: { ref: serviceRef('sink') }, ...spec }
})

const channelTemplate = { apiVersion: 'messaging.knative.dev/v1', kind: 'InMemoryChannel' }

export const aSequence = (steps: readonly string[], reply?: string): Sequence => ({
  apiVersion: 'flows.knative.dev/v1',
  kind: 'Sequence',
  metadata: { name: 'hello', namespace },
  spec: {
    channelTemplate,
    steps: steps.map((name) => ({ ref: serviceRef(name) })),
    ...(reply === undefined ? {} : { reply: { ref: serviceRef(reply) } })
  }
})

export const aParallel = (branches: Parallel['spec']['branches'], reply?: string): Parallel => ({
  apiVersion: 'flows.knative.dev/v1',
  kind: 'Parallel',
  metadata: { name: 'hello', namespace },
  spec: { channelTemplate, branches, ...(reply === undefined ? {} : { reply: { ref: serviceRef(reply) } }) }
})

export const anEventType = (reference?: KReference): EventType => ({
  apiVersion: 'eventing.knative.dev/v1beta2',
  kind: 'EventType',
  metadata: { name: 'hello', namespace },
  spec: { type: 'a.b', source: '/s', ...(reference === undefined ? {} : { reference }) }
})

export const aJobSink = (): JobSink => ({
  apiVersion: 'sinks.knative.dev/v1alpha1',
  kind: 'JobSink',
  metadata: { name: 'hello', namespace },
  spec: { job: { spec: { template: { spec: { containers: [{ name: 'c', image: 'dev.local/c' }] } } } } as never }
})
