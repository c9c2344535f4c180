import type { Filter, RetryRule } from '@knative-ts/eventing'
import type { Destination } from './destination.ts'

/** A consumer of a channel: one entry of its spec.subscribers. */
export interface Subscription {
  readonly uid: string
  /** `namespace/name` of the Subscription; the uid alone for an entry that belongs to none. */
  readonly key: string
  /** `namespace/name` of its channel. */
  readonly channel: string
  readonly generation: number
  readonly subscriber: Destination | undefined
  readonly reply: Destination | undefined
  readonly deadLetter: Destination | undefined
  readonly retry: RetryRule
  /** Events of one key one after the other. */
  readonly ordered: boolean
  /** The Trigger behind it, which is evaluated in place. */
  readonly trigger: Trigger | undefined
}

/** A Trigger, its filters compiled. */
export interface Trigger {
  /** `namespace/name` */
  readonly key: string
  readonly uid: string
  /** `namespace/name` of its Broker. */
  readonly broker: string
  readonly filter: Filter
  /** Undefined while it is not resolved. */
  readonly subscriber: Destination | undefined
  /** How events are sent; empty: as they came. */
  readonly format: 'json' | 'binary' | ''
}
