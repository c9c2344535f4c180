import { status } from '@grpc/grpc-js'
import type { Admission, Log } from '@knative-ts/kube'
import { refuseCall, routing } from '@knative-ts/wire'
import type { GatewayTelemetry } from '../telemetry/gateway-telemetry.ts'
import { converse } from './converse.ts'
import type { Fleet } from './fleet.ts'
import type { LocalGateways } from './local-gateways.ts'

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
  /** The newest relay of each replica: an older one that ends late must not take its word away. */
  const relays = new Map<string, unknown>()
  return {
    follow(call) {
      const reason = unready()
      if (reason !== undefined) {
        refuseCall(call, status.UNAVAILABLE, reason)
        return
      }
      let session: ReturnType<LocalGateways['open']> | undefined
      let untold: () => void = () => undefined
      let gateway = ''
      const close = (): void => {
        if (session === undefined) return
        session.close()
        untold()
        session = undefined
        log.info({ gateway }, 'gateway left')
      }
      const heard = (report: routing.GatewayReport): void => {
        if (session === undefined) {
          gateway = report.gateway
          session = gateways.open(report, (update) => call.write(update))
          untold = telemetry.follow((update) => call.write(update))
          log.info({ gateway, address: report.address }, 'gateway follows')
        } else session.applied(report.appliedSequence)
      }
      converse(call, { admit: admit.gateway, log, heard, close })
    },
    relay(call) {
      if (!isLeading()) {
        refuseCall(call, status.FAILED_PRECONDITION, 'this replica does not lead')
        return
      }
      let controller: string | undefined
      let messages = 0
      const close = (): void => {
        if (controller === undefined || relays.get(controller) !== call) return
        relays.delete(controller)
        fleet.forget(controller)
      }
      const heard = (states: routing.GatewayStates): void => {
        controller = states.controller
        relays.set(controller, call)
        fleet.report(states)
        call.write({ messages: ++messages })
      }
      converse(call, { admit: admit.controller, log, heard, close })
    }
  }
}
