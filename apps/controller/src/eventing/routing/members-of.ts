/** What the data plane is told of each kind: messages, made of objects. */
import {
  channelBrokerClass,
  brokerClassAnnotation,
  channelStatusAnnotations,
  childName,
  type Broker,
  type InMemoryChannel,
  type JobSink,
  type KubeObject,
  type SubscriberSpec,
  type Subscription,
  type Trigger
} from '@knative-ts/api'
import { controllerOf } from '@knative-ts/kube'
import type { eventRouting } from '@knative-ts/wire'
import type { Addressed } from '../destinations/addressed.ts'
import { brokerOf } from '../eventing-objects.ts'
import { toldAddress } from '../marking/tell-address.ts'
import { retryOf } from './retry-of.ts'
import { versionOf } from './version-of.ts'

const nameOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`

/** Deliveries one after the other, on a Trigger or a Subscription: our name, and Kafka's. */
const deliveryOrderAnnotations = ['eventing.knative.dev/delivery.order', 'kafka.eventing.knative.dev/delivery.order'] as const

export const isOurBroker = ({ metadata }: Broker): boolean => metadata.annotations?.[brokerClassAnnotation] === channelBrokerClass

export function channelMessage(channel: InMemoryChannel, clusterDomain: string): eventRouting.Channel {
  const { name = '', namespace = '', uid = '' } = channel.metadata
  const owner = controllerOf(channel)
  const broker = owner?.kind === 'Broker' ? `${namespace}/${owner.name}` : ''
  return {
    key: nameOf(channel),
    uid,
    kind: channel.kind,
    host: `${channelServiceName(name)}.${namespace}.svc.${clusterDomain}`,
    broker,
    eventTypeReference: broker === '' ? { apiVersion: channel.apiVersion, kind: channel.kind, namespace, name, uid } : undefined
  }
}

/** The identity of an entry; one that somebody wrote by hand, without a Subscription, is known by what it says. */
export const entryUid = (channel: InMemoryChannel, entry: SubscriberSpec): string =>
  (entry.uid ?? '') === '' ? `${channel.metadata.uid ?? ''}-${versionOf(entry)}` : (entry.uid ?? '')

export function subscriptionMessage(
  channel: InMemoryChannel,
  entry: SubscriberSpec,
  subscription: Subscription | undefined,
  trigger: Trigger | undefined
): eventRouting.Subscription {
  return {
    uid: entryUid(channel, entry),
    key: subscription === undefined ? entryUid(channel, entry) : nameOf(subscription),
    channel: nameOf(channel),
    generation: entry.generation ?? 0,
    subscriber: destination(toldAddress(entry, 'subscriber')),
    reply: destination(toldAddress(entry, 'reply')),
    deadLetter: deadLetterOf(entry),
    retry: retryOf(entry.delivery),
    ordered: [trigger, subscription].some((object) => object !== undefined && isOrdered(object)),
    trigger: trigger === undefined ? undefined : triggerMessage(trigger)
  }
}

export function triggerMessage(trigger: Trigger): eventRouting.Trigger {
  const { filter, filters, delivery } = trigger.spec
  const tests = {
    ...(filters === undefined ? {} : { filters }),
    ...(filter?.attributes === undefined ? {} : { attributes: filter.attributes })
  }
  return {
    key: nameOf(trigger),
    uid: trigger.metadata.uid ?? '',
    broker: brokerOf(trigger),
    filtersJson: JSON.stringify(tests),
    subscriber: destination(toldAddress(trigger.status, 'subscriber')),
    format: delivery?.format ?? ''
  }
}

export function brokerMessage(broker: Broker): eventRouting.Broker {
  const told = broker.status?.annotations ?? {}
  const { address, caCerts, audience, kind, name } = channelStatusAnnotations
  const url = told[address]
  return {
    key: nameOf(broker),
    uid: broker.metadata.uid ?? '',
    channel: told[kind] === 'InMemoryChannel' ? `${broker.metadata.namespace ?? ''}/${told[name] ?? ''}` : '',
    channelAddress: url === undefined ? undefined : { url, caCerts: told[caCerts] ?? '', audience: told[audience] ?? '' }
  }
}

export function jobSinkMessage(sink: JobSink): eventRouting.JobSink {
  return { key: nameOf(sink), uid: sink.metadata.uid ?? '', jobJson: JSON.stringify(sink.spec.job ?? {}) }
}

/** The Service of a channel of ours. */
export const channelServiceName = (channel: string): string => childName(channel, '-kn-channel')

function isOrdered({ metadata }: KubeObject): boolean {
  return deliveryOrderAnnotations.some((name) => metadata.annotations?.[name] === 'ordered')
}

/** The dead letter sink in an entry is resolved: a URL. */
function deadLetterOf({ delivery }: SubscriberSpec): eventRouting.Destination | undefined {
  const { uri, CACerts = '', audience = '' } = delivery?.deadLetterSink ?? {}
  return uri === undefined ? undefined : { url: uri, caCerts: CACerts, audience }
}

function destination(address: Addressed | undefined): eventRouting.Destination | undefined {
  return address === undefined ? undefined : { url: address.url, caCerts: address.caCerts ?? '', audience: address.audience ?? '' }
}
