import type { Admission, Log } from '@knative-ts/kube'
import type { routing } from '@knative-ts/wire'
import type { GatewayTelemetry } from '../telemetry/gateway-telemetry.ts'
import type { Fleet } from './fleet.ts'
import type { LocalGateways } from './local-gateways.ts'
import { RelayIntake } from './relay-intake.ts'
import { serveFollower } from './serve-follower.ts'

export interface RoutingCollaborators {
  readonly gateways: LocalGateways
  readonly fleet: Fleet
  readonly telemetry: GatewayTelemetry
  /** Undefined once the table may be served: an empty one would make a gateway forget its routes. */
  readonly unready: () => string | undefined
  readonly isLeading: () => boolean
  /** Who may follow, and who may relay. */
  readonly admit: { readonly gateway: Admission; readonly controller: Admission }
  readonly log: Log
}

/** The gRPC service `Routing`: gateways follow the table here, other replicas tell the leader what their gateways serve. */
export function routingService({
  gateways,
  fleet,
  telemetry,
  unready,
  isLeading,
  admit,
  log
}: RoutingCollaborators): routing.RoutingServer {
  const relays = new RelayIntake<routing.GatewayStates>({
    isLeading,
    admit: admit.controller,
    log,
    relayed: (states) => fleet.report(states),
    gone: (controller) => fleet.forget(controller)
  })
  return {
    follow(call) {
      const open = (hello: routing.GatewayReport) => {
        const { gateway, address } = hello
        const session = gateways.open(hello, (update) => call.write(update))
        const untold = telemetry.follow((update) => call.write(update))
        log.info({ gateway, address }, 'gateway follows')
        return {
          heard: ({ appliedSequence }: routing.GatewayReport) => session.applied(appliedSequence),
          close: () => {
            session.close()
            untold()
            log.info({ gateway }, 'gateway left')
          }
        }
      }
      serveFollower(call, { unready, admit: admit.gateway, log, open })
    },
    relay: (call) => relays.serve(call)
  }
}
