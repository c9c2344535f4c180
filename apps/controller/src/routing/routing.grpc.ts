import { type Metadata, status } from '@grpc/grpc-js'
import { errorText, type Log } from '@knative-ts/kube'
import { bearerOf, routing } from '@knative-ts/wire'
import type { GatewayTelemetry } from '../telemetry/gateway-telemetry.ts'
import type { Admission } from './admission.ts'
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

/** What both calls have. */
interface Call {
  readonly metadata: Metadata
  getPeer(): string
  emit(event: 'error', error: Error): boolean
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
        refuse(call, status.UNAVAILABLE, reason)
        return
      }
      let session: ReturnType<LocalGateways['open']> | undefined
      let untold: () => void = () => undefined
      let gateway = ''
      let left = false
      const close = (): void => {
        left = true
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
      void admitted(call, admit.gateway, log).then((may) => {
        // What the gateway has said meanwhile waits in the stream.
        if (may && !left) call.on('data', heard)
      })
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
      let left = false
      const close = (): void => {
        left = true
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
      void admitted(call, admit.controller, log).then((may) => {
        if (may && !left) call.on('data', heard)
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

/** True when the caller may go on; else it has been told why not. */
async function admitted(call: Call, admit: Admission, log: Log): Promise<boolean> {
  const peer = call.getPeer()
  try {
    const why = await admit(bearerOf(call.metadata))
    if (why === undefined) return true
    log.warn({ peer, reason: why }, 'refused a caller of the routing service')
    refuse(call, status.UNAUTHENTICATED, why)
  } catch (error) {
    log.warn({ peer, error }, 'cannot find out who calls the routing service')
    refuse(call, status.UNAVAILABLE, `cannot find out who asks: ${errorText(error)}`)
  }
  return false
}

/** grpc-js ends a stream with a status when its error has a code; `destroy` would leave the client waiting. */
function refuse(call: { emit(event: 'error', error: Error): boolean }, code: status, details: string): void {
  call.emit('error', Object.assign(new Error(details), { code, details }))
}
