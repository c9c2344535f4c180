import { eventRouting } from '@knative-ts/wire'

/** A broker `default/b` and its trigger channel, as a controller tells of them. */
export const toldBroker: Pick<eventRouting.EventRoutingUpdate, 'brokers' | 'channels'> = {
  brokers: [{ key: 'default/b', uid: 'uid-b', channel: 'default/b-kne-trigger', channelAddress: undefined }],
  channels: [
    {
      key: 'default/b-kne-trigger',
      uid: 'uid-b-channel',
      kind: 'InMemoryChannel',
      host: 'b-kne-trigger-kn-channel.default.svc.cluster.local',
      broker: 'default/b',
      eventTypeReference: undefined
    }
  ]
}

/** A trigger of that broker, and what it may say of delivery. */
export interface ToldTrigger {
  readonly name: string
  readonly subscriber: string
  readonly deadLetter?: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly retry?: Partial<eventRouting.Retry>
  readonly ordered?: boolean
}

export function toldSubscription({ name, subscriber, deadLetter, attributes, retry, ordered }: ToldTrigger): eventRouting.Subscription {
  const to = (url: string): eventRouting.Destination => ({ url, caCerts: '', audience: '' })
  return {
    uid: `uid-${name}`,
    key: `default/b-${name}`,
    channel: 'default/b-kne-trigger',
    generation: 1,
    subscriber: undefined,
    reply: to('http://broker-ingress.knative-eventing.svc.cluster.local/default/b'),
    deadLetter: deadLetter === undefined ? undefined : to(deadLetter),
    retry: { ...eventRouting.Retry.create(), ...retry },
    ordered: ordered ?? false,
    trigger: {
      key: `default/${name}`,
      uid: `uid-trigger-${name}`,
      broker: 'default/b',
      filtersJson: JSON.stringify({ attributes: attributes ?? {} }),
      subscriber: to(subscriber),
      format: ''
    }
  }
}
