import type { eventRouting } from '@knative-ts/wire'

/** What a pod of these roles needs of an update; undefined when that is nothing. */
export function forRoles(update: eventRouting.EventRoutingUpdate, roles: readonly string[]): eventRouting.EventRoutingUpdate | undefined {
  const has = (...any: string[]): boolean => any.some((role) => roles.includes(role))
  const only = <T>(wanted: boolean, members: T[]): T[] => (wanted ? members : [])
  const [channels, deliveries, brokers] = [has('channel', 'ingress'), has('channel'), has('ingress', 'filter', 'channel')]
  const [triggers, jobs] = [has('filter'), has('job-sink')]
  const part: eventRouting.EventRoutingUpdate = {
    ...update,
    channels: only(channels, update.channels),
    removedChannels: only(channels, update.removedChannels),
    subscriptions: only(deliveries, update.subscriptions),
    removedSubscriptions: only(deliveries, update.removedSubscriptions),
    triggers: only(triggers, update.triggers),
    removedTriggers: only(triggers, update.removedTriggers),
    brokers: only(brokers, update.brokers),
    removedBrokers: only(brokers, update.removedBrokers),
    jobSinks: only(jobs, update.jobSinks),
    removedJobSinks: only(jobs, update.removedJobSinks)
  }
  const empty = Object.values(part).every((value) => !Array.isArray(value) || value.length === 0)
  return empty && !part.complete && part.settings === undefined ? undefined : part
}
