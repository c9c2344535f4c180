import type { Admission, Log } from '@knative-ts/kube'
import { eventRouting } from '@knative-ts/wire'
import { RelayIntake } from '../../routing/relay-intake.ts'
import { serveFollower } from '../../routing/serve-follower.ts'
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
  const relays = new RelayIntake<eventRouting.DataPlaneStates>({ isLeading, admit: admit.controller, log, relayed, gone })
  return {
    follow(call) {
      const open = (hello: eventRouting.DataPlaneReport) => {
        const { pod, address, roles } = hello
        const session = pods.open(hello, (update) => call.write(update))
        const untold = settings.follow((told) => call.write({ ...eventRouting.EventRoutingUpdate.create(), settings: told }))
        log.info({ pod, address, roles }, 'a pod of the data plane follows')
        return {
          heard: (report: eventRouting.DataPlaneReport) => session.heard(report),
          close: () => {
            session.close()
            untold()
            log.info({ pod }, 'a pod of the data plane left')
          }
        }
      }
      serveFollower(call, { unready, admit: admit.dataPlane, log, open })
    },
    relay: (call) => relays.serve(call)
  }
}
