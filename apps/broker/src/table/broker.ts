import type { Destination } from './destination.ts'

/** A Broker of class MTChannelBasedBroker. */
export interface Broker {
  /** `namespace/name` */
  readonly key: string
  readonly uid: string
  /** `namespace/name` of its trigger channel when its events are kept here; otherwise empty. */
  readonly channel: string
  /** Where its trigger channel takes events; undefined while it has no address. */
  readonly channelAddress: Destination | undefined
}
