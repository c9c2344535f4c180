import type { InMemoryChannel, SubscriberSpec, SubscriberStatus } from '@knative-ts/api'
import type { EventingWorld } from '../eventing-world.ts'
import { messageOfEntry } from '../routing/event-feed.ts'
import { memberKey } from '../routing/event-table.ts'
import { entryUid } from '../routing/members-of.ts'
import { versionOf } from '../routing/version-of.ts'

/**
 * The subscribers that the data plane has acknowledged. One that it has had in this generation stays: a change of the Trigger behind
 * it is the Trigger's own to wait for.
 */
export function subscriberStatuses(
  channel: InMemoryChannel,
  world: Pick<EventingWorld, 'objects' | 'acknowledgements'>
): SubscriberStatus[] {
  const known = new Map((channel.status?.subscribers ?? []).map((status) => [status.uid, status]))
  return (channel.spec.subscribers ?? []).flatMap((entry) => {
    const before = known.get(entry.uid)
    const isKnown = before?.ready === 'True' && before.observedGeneration === entry.generation
    if (isKnown || isServed(channel, entry, world)) return [readyStatus(entry)]
    // Of an earlier generation: it is delivered as it was until the new one has arrived.
    return before === undefined ? [] : [before]
  })
}

function isServed(
  channel: InMemoryChannel,
  entry: SubscriberSpec,
  { objects, acknowledgements }: Pick<EventingWorld, 'objects' | 'acknowledgements'>
): boolean {
  return acknowledgements.servedByAll(
    memberKey('subscription', entryUid(channel, entry)),
    versionOf(messageOfEntry(objects, channel, entry))
  )
}

const readyStatus = ({ uid = '', generation }: SubscriberSpec): SubscriberStatus => ({
  uid,
  ...(generation === undefined ? {} : { observedGeneration: generation }),
  ready: 'True'
})
