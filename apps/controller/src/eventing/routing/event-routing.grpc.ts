import { status } from '@grpc/grpc-js'
import type { Admission, Log } from '@knative-ts/kube'
import { eventRouting, refuseCall } from '@knative-ts/wire'
import { converse } from '../../routing/converse.ts'
import type { EventingSettings } from '../settings/eventing-settings.ts'
import type { LocalPods } from './local-pods.ts'

export interface EventRoutingCollaborators {
  readonly pods: LocalPods
  readonly settings: Pick<EventingSettings, 'follow'>
  /** Takes what another replica tells of the pods on its streams, and that it is gone. */
  readonly relayed: (states: eventRouting.DataPlaneStates) => void
  readonly gone: (controller: string) => void
  /** Undefined once the table may be served: an empty one would make a pod forget what it delivers. */
  readonly unready: () => string | undefined
  readonly isLeading: () => boolean
  /** Who may follow, and who may relay. */
  readonly admit: { readonly dataPlane: Admission; readonly controller: Admission }
  readonly log: Log
}

/** The gRPC service `EventRouting`: the data plane follows the table here, other replicas tell the leader what their pods serve. */
export function eventRoutingService(collaborators: EventRoutingCollaborators): eventRouting.EventRoutingServer {
  const { pods, settings, relayed, gone, unready, isLeading, admit, log } = collaborators
  /** The newest relay of each replica: an older one that ends late must not take its word away. */
  const relays = new Map<string, unknown>()
  return {
    follow(call) {
      const reason = unready()
      if (reason !== undefined) {
        refuseCall(call, status.UNAVAILABLE, reason)
        return
      }
      let session: ReturnType<LocalPods['open']> | undefined
      let untold: () => void = () => undefined
      let pod = ''
      const close = (): void => {
        if (session === undefined) return
        session.close()
        untold()
        session = undefined
        log.info({ pod }, 'a pod of the data plane left')
      }
      const heard = (report: eventRouting.DataPlaneReport): void => {
        if (session !== undefined) {
          session.heard(report)
          return
        }
        pod = report.pod
        session = pods.open(report, (update) => call.write(update))
        untold = settings.follow((told) => call.write({ ...eventRouting.EventRoutingUpdate.create(), settings: told }))
        log.info({ pod, address: report.address, roles: report.roles }, 'a pod of the data plane follows')
      }
      converse(call, { admit: admit.dataPlane, log, heard, close })
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
        gone(controller)
      }
      const heard = (states: eventRouting.DataPlaneStates): void => {
        controller = states.controller
        relays.set(controller, call)
        relayed(states)
        call.write({ messages: ++messages })
      }
      converse(call, { admit: admit.controller, log, heard, close })
    }
  }
}
