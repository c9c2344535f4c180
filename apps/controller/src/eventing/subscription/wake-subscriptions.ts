import { isReady, keyOf, type Channel, type ObjectKey, type Subscription } from '@knative-ts/api'
import { equalJson, type Change, type Kept } from '@knative-ts/kube'
import type { Channelable, ChannelKinds } from '../channel/channel-kinds.ts'
import { byChannel, byUid, channelText } from '../eventing-objects.ts'

/**
 * Which Subscriptions a change of a channel concerns: all of it when it concerns the channel itself, else those whose entries changed. A channel with
 * a thousand subscribers changes with each of them.
 */
export function wakeSubscriptions(
  subscriptions: Kept<Subscription>,
  channels: Kept<Channel>,
  kinds: ChannelKinds,
  enqueue: (key: ObjectKey) => void
): void {
  const all = ({ apiVersion, kind, metadata }: Channelable | Channel): void => {
    const { namespace = '', name = '' } = metadata
    const { cache } = subscriptions.informer
    for (const subscription of cache.byIndex(byChannel, channelText(apiVersion, kind, namespace, name))) enqueue(keyOf(subscription))
    // Those of a Channel, when this one works behind it: it has the same name.
    if (kind === 'Channel') return
    for (const subscription of cache.byIndex(byChannel, channelText('messaging.knative.dev/v1', 'Channel', namespace, name)))
      enqueue(keyOf(subscription))
  }
  kinds.onChange((change) => {
    if (concernsAll(change)) all((change.after ?? change.before) as Channelable)
    else
      for (const uid of changedEntries(change))
        for (const subscription of subscriptions.informer.cache.byIndex(byUid, uid)) enqueue(keyOf(subscription))
  })
  channels.informer.onChange(({ before, after }) => {
    if (before !== undefined && after !== undefined && equalJson(frontOf(before), frontOf(after))) return
    all((after ?? before) as Channel)
  })
}

const frontOf = (channel: Channel): unknown => [channel.metadata.uid, isReady(channel), channel.status?.channel]

function concernsAll({ before, after }: Change<Channelable>): boolean {
  const own = (channel: Channelable): unknown => {
    const { deadLetterSinkUri, deadLetterSinkCACerts, deadLetterSinkAudience } = channel.status ?? {}
    return [channel.metadata.uid, channel.spec.delivery, deadLetterSinkUri, deadLetterSinkCACerts, deadLetterSinkAudience]
  }
  return before === undefined || after === undefined || !equalJson(own(before), own(after))
}

function changedEntries({ before, after }: Change<Channelable>): ReadonlySet<string> {
  const changed = new Set<string>()
  const compare = <T extends { readonly uid?: string }>(former: readonly T[] = [], present: readonly T[] = []): void => {
    const known = new Map(former.map((entry) => [entry.uid ?? '', entry]))
    for (const entry of present) {
      if (!equalJson(known.get(entry.uid ?? ''), entry)) changed.add(entry.uid ?? '')
      known.delete(entry.uid ?? '')
    }
    for (const uid of known.keys()) changed.add(uid)
  }
  compare(before?.spec.subscribers, after?.spec.subscribers)
  compare(before?.status?.subscribers, after?.status?.subscribers)
  return changed
}
