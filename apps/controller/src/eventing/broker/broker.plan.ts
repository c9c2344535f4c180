import { brokerConditions, channelStatusAnnotations, readyOf, type Broker, type BrokerStatus, type Trigger } from '@knative-ts/api'
import { Marks } from '@knative-ts/kube'
import type { Channelable } from '../channel/channel-kinds.ts'
import { deliveryCondition } from '../marking/mark-delivery.ts'

export type CurrentBroker = Broker & { status: BrokerStatus }

/** Takes over what the trigger channel says. False: it has no address. */
export function followTriggerChannel(status: BrokerStatus, channel: Channelable): boolean {
  const marks = new Marks(status, brokerConditions)
  const address = channel.status?.address
  if ((address?.url ?? '') === '') {
    marks.false('TriggerChannelReady', 'NoAddress', 'Channel does not have an address.')
    return false
  }
  const { name = '' } = channel.metadata
  const { address: url, apiVersion, audience, caCerts, kind, name: named } = channelStatusAnnotations
  status.annotations = {
    [apiVersion]: channel.apiVersion,
    [url]: address?.url ?? '',
    ...(address?.audience === undefined ? {} : { [audience]: address.audience }),
    ...(address?.CACerts === undefined ? {} : { [caCerts]: address.CACerts }),
    [kind]: channel.kind,
    [named]: name
  }
  const ready = readyOf(channel)
  // Of whatever generation: with every Trigger the channel gets another one. A kind that tells nothing of readiness has an address at least.
  if (ready === undefined || ready.status === 'True') marks.true('TriggerChannelReady')
  else marks.mirror('TriggerChannelReady', ready)
  return true
}

/** The Triggers whose deliveries fail, in one informational condition. */
export function followDeliveries(marks: Marks, triggers: readonly Trigger[]): void {
  const failing = triggers.flatMap((trigger) => {
    const condition = trigger.status?.conditions?.find(({ type }) => type === deliveryCondition)
    return condition === undefined ? [] : [{ name: trigger.metadata.name ?? '', ...condition }]
  })
  const first = failing.toSorted((a, b) => (a.name < b.name ? -1 : 1))[0]
  if (first === undefined) return
  const others = failing.length > 1 ? ` So it is with ${failing.length - 1} more of its Triggers.` : ''
  marks.false(deliveryCondition, first.reason ?? 'DeliveryFailing', `Trigger "${first.name}": ${first.message ?? ''}${others}`)
}
