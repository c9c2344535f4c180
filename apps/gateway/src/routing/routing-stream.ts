import { bearer, dialGrpc, FollowedStream, routing } from '@knative-ts/wire'
import type { Log } from '@knative-ts/telemetry/logger'

export interface RoutingStreamOptions {
  /** `host:port` of a controller replica's routing service; with a name each attempt may reach another replica. */
  readonly address: string
  readonly gateway: string
  readonly ownAddress: string
  /** What proves to the controller that this is a gateway; undefined when there is nothing. Asked for each stream, because tokens change. */
  readonly token: () => Promise<string | undefined>
  /** Applies an update at once; resolves when every listener serves it. */
  readonly apply: (update: routing.RoutingUpdate) => Promise<void>
  readonly log: Log
}

/** Follows the routing table over one stream, for ever: what is lost is opened again, and routes stay meanwhile. */
export class RoutingStream extends FollowedStream<routing.RoutingUpdate, routing.GatewayReport> {
  constructor({ address, gateway, ownAddress, token, apply, log }: RoutingStreamOptions) {
    super({
      open: (proof) => {
        const client = dialGrpc(routing.RoutingClient, address)
        return { call: client.follow(bearer(proof)), close: () => client.close() }
      },
      token,
      apply,
      report: (appliedSequence) => ({ gateway, address: ownAddress, appliedSequence }),
      followed: ({ ingresses, sequence }) => log.info({ ingresses: ingresses.length, sequence }, 'following the routing table'),
      lost: (reason) => log.warn({ reason }, 'lost the controller; serving the routes that are known'),
      refused: (reason) => log.info({ reason }, 'the controller gives no routes; trying again')
    })
  }
}
