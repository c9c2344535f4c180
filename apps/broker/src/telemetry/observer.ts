import type { Answer } from '../delivery/answer.ts'
import type { DeliveryEnd, HopKind } from '../delivery/delivery.ts'
import type { Parcel } from '../delivery/parcel.ts'
import type { CloudEvent } from '@knative-ts/eventing'
import type { Exchange } from '@knative-ts/proxy'
import type { Taken } from '../ingress/intake.ts'
import type { Channel } from '../table/channel.ts'
import type { Subscription } from '../table/subscription.ts'

/** Who looks at what the data plane does. */
export interface Observer {
  /** It wants to see the events that come to a broker's door. */
  readonly wantsEvents: boolean
  /** A broker's door has answered for an event of a type; the event itself where it is wanted. */
  ingress(exchange: Exchange, broker: string, type: string, event: CloudEvent | undefined, taken: Taken): void
  /** A channel's door has. */
  channel(exchange: Exchange, channel: Channel, event: CloudEvent, taken: Taken): void
  /** An attempt is over; `startedAt` of performance.now. */
  attempted(subscription: Subscription, parcel: Parcel, kind: HopKind, url: string, answer: Answer, startedAt: number): void
  /** An event has come to its end for a subscription. */
  ended(subscription: Subscription, parcel: Parcel, end: DeliveryEnd, reason: string): void
  /** A subscriber's reply was taken into a broker. */
  replied(subscription: Subscription, event: CloudEvent): void
}
