import {
  brokers,
  channels,
  eventTypes,
  inMemoryChannels,
  jobSinks,
  parallels,
  sequences,
  subscriptions,
  triggers,
  type Broker,
  type Channel,
  type EventType,
  type InMemoryChannel,
  type JobSink,
  type KubeObject,
  type Parallel,
  type Resource,
  type Sequence,
  type Subscription,
  type Trigger
} from '@knative-ts/api'
import * as k8s from '@knative-ts/api/kubernetes'
import { byController, Kept, type InformerFactory, type InformerOptions } from '@knative-ts/kube'

/** Index: objects by the uid of their controller. */
export const byControllerUid = 'controller'
/** Index of Triggers: `namespace/name` of their Broker. */
export const byBroker = 'broker'
/** Index of Subscriptions: their channel, as {@link channelText} writes it. */
export const byChannel = 'channel'
/** Index of Subscriptions: their own uid. */
export const byUid = 'uid'
/** Index of EndpointSlices: `namespace/name` of their Service. */
export const byService = 'service'

/** Every kind that Eventing's reconcilers read or write, with the indexes that they ask. */
export interface EventingObjects {
  readonly brokers: Kept<Broker>
  readonly triggers: Kept<Trigger>
  readonly channels: Kept<Channel>
  readonly inMemoryChannels: Kept<InMemoryChannel>
  readonly subscriptions: Kept<Subscription>
  readonly sequences: Kept<Sequence>
  readonly parallels: Kept<Parallel>
  readonly eventTypes: Kept<EventType>
  readonly jobSinks: Kept<JobSink>
  readonly services: Kept<k8s.Service>
  readonly namespaces: Kept<k8s.Namespace>
  /** Of the system namespace alone. */
  readonly endpointSlices: Kept<k8s.EndpointSlice>
}

/** `namespace/name` of the Broker that a Trigger listens to. */
export function brokerOf({ metadata, spec }: Trigger): string {
  const { brokerRef } = spec
  if (brokerRef !== undefined && brokerRef.name !== '') return `${brokerRef.namespace ?? metadata.namespace}/${brokerRef.name}`
  return `${metadata.namespace}/${spec.broker ?? ''}`
}

/** A channel as Subscriptions name it, whatever the version: `InMemoryChannel messaging.knative.dev default/hello`. */
export const channelText = (apiVersion: string, kind: string, namespace: string, name: string): string =>
  `${kind} ${apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))} ${namespace}/${name}`

function channelOf({ metadata, spec: { channel } }: Subscription): string {
  return channelText(channel.apiVersion ?? '', channel.kind, channel.namespace ?? metadata.namespace ?? '', channel.name)
}

/** Shares the factory's informers. */
export function eventingObjectsOf(factory: InformerFactory, systemNamespace: string): EventingObjects {
  const kept = <T extends KubeObject>(resource: Resource<T>, options?: InformerOptions<T>): Kept<T> =>
    new Kept(factory.client, factory.informer(resource, options))
  const owned = { [byControllerUid]: byController }
  return {
    brokers: kept(brokers),
    triggers: kept(triggers, { indexes: { [byBroker]: (trigger) => [brokerOf(trigger)] } }),
    channels: kept(channels),
    inMemoryChannels: kept(inMemoryChannels, { indexes: owned }),
    subscriptions: kept(subscriptions, {
      indexes: { ...owned, [byUid]: ({ metadata }) => [metadata.uid ?? ''], [byChannel]: (one) => [channelOf(one)] }
    }),
    sequences: kept(sequences),
    parallels: kept(parallels),
    eventTypes: kept(eventTypes),
    jobSinks: kept(jobSinks),
    services: kept(k8s.services),
    namespaces: kept(k8s.namespaces),
    endpointSlices: kept(k8s.endpointSlices, {
      namespace: systemNamespace,
      indexes: {
        [byService]: ({ metadata }) => [`${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`]
      }
    })
  }
}
