import { bearer, dialGrpc, eventRouting, FollowedStream } from '@knative-ts/wire'
import type { Log } from '@knative-ts/telemetry/logger'

export interface EventStreamOptions {
  /** `host:port` of a controller replica's service; with a name each attempt may reach another replica. */
  readonly address: string
  readonly pod: string
  readonly ownAddress: string
  readonly roles: readonly string[]
  /** What proves to the controller whose data plane this is; undefined when there is nothing. */
  readonly token: () => Promise<string | undefined>
  /** Applies an update at once; resolves when every event that comes is dealt with by it. */
  readonly apply: (update: eventRouting.EventRoutingUpdate) => Promise<void>
  /** How deliveries fare: what has changed since it was asked the last time; `all`: since ever. */
  readonly deliveries: (all: boolean) => readonly eventRouting.DeliveryState[]
  readonly log: Log
}

/** Follows what there is to deliver over one stream, for ever. */
export class EventStream extends FollowedStream<eventRouting.EventRoutingUpdate, eventRouting.DataPlaneReport> {
  readonly #options: EventStreamOptions

  constructor(options: EventStreamOptions) {
    const { address, pod, ownAddress, roles, token, apply, deliveries, log } = options
    super({
      open: (proof) => {
        const client = dialGrpc(eventRouting.EventRoutingClient, address)
        return { call: client.follow(bearer(proof)), close: () => client.close() }
      },
      token,
      apply,
      report: (appliedSequence) => ({
        pod,
        address: ownAddress,
        roles: [...roles],
        appliedSequence,
        // A stream begins with all that is known: its controller may be another one.
        deliveries: [...deliveries(appliedSequence === 0)]
      }),
      followed: ({ channels, subscriptions, sequence }) =>
        log.info({ channels: channels.length, subscriptions: subscriptions.length, sequence }, 'following what there is to deliver'),
      lost: (reason) => log.warn({ reason }, 'lost the controller; going on with what is known'),
      refused: (reason) => log.info({ reason }, 'the controller does not say what there is to deliver; trying again')
    })
    this.#options = options
  }

  /** Tells the controller how deliveries fare, where that has changed. */
  tellDeliveries(): void {
    const { pod, ownAddress, roles, deliveries } = this.#options
    if (!this.connected) return
    const changed = deliveries(false)
    if (changed.length === 0) return
    this.tell({ pod, address: ownAddress, roles: [...roles], appliedSequence: this.sequence, deliveries: [...changed] })
  }
}
