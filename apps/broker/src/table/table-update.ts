import { compileFilters, type RetryRule, type SubscriptionsApiFilter } from '@knative-ts/eventing'
import type { eventRouting } from '@knative-ts/wire'
import type { Broker } from './broker.ts'
import type { Channel } from './channel.ts'
import type { Destination } from './destination.ts'
import type { TableUpdate } from './event-table.ts'
import type { Subscription, Trigger } from './subscription.ts'

/** An update as it came by the wire, its filters compiled. */
export function tableUpdateOf(update: eventRouting.EventRoutingUpdate): TableUpdate {
  return {
    complete: update.complete,
    first: update.part === 0,
    continues: update.continues,
    channels: { changed: update.channels.map(channelOf), removed: update.removedChannels },
    subscriptions: { changed: update.subscriptions.map(subscriptionOf), removed: update.removedSubscriptions },
    triggers: { changed: update.triggers.map(triggerOf), removed: update.removedTriggers },
    brokers: { changed: update.brokers.map(brokerOf), removed: update.removedBrokers },
    jobSinks: { changed: update.jobSinks, removed: update.removedJobSinks }
  }
}

function channelOf({ key, uid, kind, host, broker, eventTypeReference }: eventRouting.Channel): Channel {
  return { key, uid, kind, host: host.toLowerCase(), broker, eventTypeReference }
}

function brokerOf({ key, uid, channel, channelAddress }: eventRouting.Broker): Broker {
  return { key, uid, channel, channelAddress: channelAddress && destinationOf(channelAddress) }
}

function subscriptionOf(told: eventRouting.Subscription): Subscription {
  const { uid, key, channel, generation, ordered, subscriber, reply, deadLetter, trigger, retry } = told
  return {
    uid,
    key,
    channel,
    generation,
    ordered,
    subscriber: subscriber && destinationOf(subscriber),
    reply: reply && destinationOf(reply),
    deadLetter: deadLetter && destinationOf(deadLetter),
    retry: retryOf(retry),
    trigger: trigger && triggerOf(trigger)
  }
}

function triggerOf({ key, uid, broker, filtersJson, subscriber, format }: eventRouting.Trigger): Trigger {
  const spec = (filtersJson === '' ? {} : JSON.parse(filtersJson)) as FilterSpec
  return {
    key,
    uid,
    broker,
    filter: compileFilters(spec),
    subscriber: subscriber && destinationOf(subscriber),
    format: format === 'json' || format === 'binary' ? format : ''
  }
}

interface FilterSpec {
  readonly filters?: readonly SubscriptionsApiFilter[]
  readonly attributes?: Readonly<Record<string, string>>
}

function retryOf(retry: eventRouting.Retry | undefined): RetryRule {
  const policy = retry?.policy
  return {
    retries: retry?.retries ?? 0,
    policy: policy === 'linear' || policy === 'exponential' ? policy : undefined,
    delayMs: retry?.delayMs,
    timeoutMs: retry?.timeoutMs,
    retryAfterMaxMs: retry?.retryAfterMaxMs
  }
}

const destinationOf = ({ url, caCerts, audience }: eventRouting.Destination): Destination => ({ url, caCerts, audience })
