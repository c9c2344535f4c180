import { status } from '@grpc/grpc-js'
import type { Log } from '@knative-ts/kube'
import { bearerOf, routing } from '@knative-ts/wire'
import type { Fleet } from './fleet.ts'
import type { GatewayAdmission } from './gateway-admission.ts'
import type { LocalGateways } from './local-gateways.ts'

export interface RoutingCollaborators {
  readonly gateways: LocalGateways
  readonly fleet: Fleet
  /** Undefined once the table may be served: an empty one would make a gateway forget its routes. */
  readonly unready: () => string | undefined
  readonly isLeading: () => boolean
  readonly admit: GatewayAdmission
  readonly log: Log
}

/** The gRPC service `Routing`: gateways follow the table here, other replicas tell the leader what their gateways serve. */
export function routingService({ gateways, fleet, unready, isLeading, admit, log }: RoutingCollaborators): routing.RoutingServer {
  /** The newest relay of each replica: an older one that ends late must not take its word away. */
  const relays = new Map<string, unknown>()
  return {
    follow(call) {
      const reason = unready()
      if (reason !== undefined) {
        refuse(call, status.UNAVAILABLE, reason)
        return
      }
      let session: ReturnType<LocalGateways['open']> | undefined
      let gateway = ''
      let left = false
      const close = (): void => {
        left = true
        if (session === undefined) return
        session.close()
        session = undefined
        log.info({ gateway }, 'gateway left')
      }
      const heard = (report: routing.GatewayReport): void => {
        if (session === undefined) {
          gateway = report.gateway
          session = gateways.open(report, (update) => call.write(update))
          log.info({ gateway, address: report.address }, 'gateway follows')
        } else session.applied(report.appliedSequence)
      }
      const refused = (code: status, why: string): void => {
        log.warn({ peer: call.getPeer(), reason: why }, 'who asked for routes did not get them')
        refuse(call, code, why)
      }
      admit(bearerOf(call.metadata)).then(
        (why) => {
          if (why !== undefined) refused(status.UNAUTHENTICATED, why)
          // What the gateway has said meanwhile waits in the stream.
          else if (!left) call.on('data', heard)
        },
        (error: Error) => refused(status.UNAVAILABLE, `cannot find out who asks: ${error.message}`)
      )
      call.on('end', () => {
        close()
        call.end()
      })
      call.on('cancelled', close)
      call.on('error', close)
      call.on('close', close)
    },
    relay(call) {
      if (!isLeading()) {
        refuse(call, status.FAILED_PRECONDITION, 'this replica does not lead')
        return
      }
      let controller: string | undefined
      let messages = 0
      const close = (): void => {
        if (controller === undefined || relays.get(controller) !== call) return
        relays.delete(controller)
        fleet.forget(controller)
      }
      call.on('data', (states: routing.GatewayStates) => {
        controller = states.controller
        relays.set(controller, call)
        fleet.report(states)
        call.write({ messages: ++messages })
      })
      call.on('end', () => {
        close()
        call.end()
      })
      call.on('cancelled', close)
      call.on('error', close)
      call.on('close', close)
    }
  }
}

/** grpc-js ends a stream with a status when its error has a code; `destroy` would leave the client waiting. */
function refuse(call: { emit(event: 'error', error: Error): boolean }, code: status, details: string): void {
  call.emit('error', Object.assign(new Error(details), { code, details }))
}
