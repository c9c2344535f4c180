import { compileFilters } from '@knative-ts/eventing'
import type { Broker } from '../table/broker.ts'
import type { Channel } from '../table/channel.ts'
import type { Destination } from '../table/destination.ts'
import type { TableUpdate } from '../table/event-table.ts'
import type { Subscription, Trigger } from '../table/subscription.ts'

export const destination = (url: string): Destination => ({ url, caCerts: '', audience: '' })

export function channel(key: string, over: Partial<Channel> = {}): Channel {
  const [namespace = '', name = ''] = key.split('/')
  return {
    key,
    uid: `uid-${name}`,
    kind: 'InMemoryChannel',
    host: `${name}-kn-channel.${namespace}.svc.cluster.local`,
    broker: '',
    eventTypeReference: undefined,
    ...over
  }
}

export function subscription(uid: string, over: Partial<Subscription> = {}): Subscription {
  return {
    uid,
    key: `ht/${uid}`,
    channel: 'ht/c',
    generation: 1,
    subscriber: undefined,
    reply: undefined,
    deadLetter: undefined,
    retry: { retries: 0, policy: undefined, delayMs: undefined, timeoutMs: undefined, retryAfterMaxMs: undefined },
    ordered: false,
    trigger: undefined,
    ...over
  }
}

export function trigger(name: string, over: Partial<Trigger> = {}): Trigger {
  return {
    key: `ht/${name}`,
    uid: `uid-${name}`,
    broker: 'ht/b',
    filter: compileFilters({}),
    subscriber: undefined,
    format: '',
    ...over
  }
}

/** A broker and its trigger channel. */
export function broker(key: string): { readonly broker: Broker; readonly channel: Channel } {
  const trigger = `${key}-kne-trigger`
  return {
    broker: { key, uid: `uid-${key.split('/')[1]}`, channel: trigger, channelAddress: undefined },
    channel: channel(trigger, { broker: key })
  }
}

/** A complete table. */
export function completeTable(what: {
  readonly channels?: readonly Channel[]
  readonly subscriptions?: readonly Subscription[]
  readonly triggers?: readonly Trigger[]
  readonly brokers?: readonly Broker[]
}): TableUpdate {
  const all = <T>(changed: readonly T[] = []): { changed: readonly T[]; removed: readonly string[] } => ({ changed, removed: [] })
  return {
    complete: true,
    first: true,
    continues: false,
    channels: all(what.channels),
    subscriptions: all(what.subscriptions),
    triggers: all(what.triggers),
    brokers: all(what.brokers),
    jobSinks: all()
  }
}
