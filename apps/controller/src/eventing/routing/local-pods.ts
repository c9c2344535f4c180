import { eventRouting } from '@knative-ts/wire'
import { LocalGateways } from '../../routing/local-gateways.ts'
import { DeliveryBook } from './delivery-book.ts'
import type { EventTable } from './event-table.ts'
import { forRoles } from './for-roles.ts'

/** The pods of the data plane on this replica's streams: what they serve, and how their deliveries fare. Reports go to whoever leads. */
export class LocalPods {
  readonly #controller: string
  readonly #gateways: LocalGateways<eventRouting.EventRoutingUpdate>
  readonly #roles = new Map<string, string[]>()
  readonly #deliveries = new DeliveryBook()
  readonly #listeners = new Set<(states: eventRouting.DataPlaneStates) => void>()

  /** `controller`: the name of this replica's pod. */
  constructor(controller: string, table: EventTable) {
    this.#controller = controller
    this.#gateways = new LocalGateways(controller, table)
  }

  get size(): number {
    return this.#gateways.size
  }

  /** Sends everything at once, then every change, until the returned function is called. */
  follow(listener: (states: eventRouting.DataPlaneStates) => void): () => void {
    const unfollow = this.#gateways.follow(({ complete, gateways }) => {
      const pods = gateways.map(({ gateway, ...state }) => ({
        ...state,
        pod: gateway,
        roles: this.#roles.get(gateway) ?? [],
        deliveries: complete ? [...this.#deliveries.told('', gateway).values()] : []
      }))
      listener({ controller: this.#controller, complete, pods })
    })
    this.#listeners.add(listener)
    return () => {
      unfollow()
      this.#listeners.delete(listener)
    }
  }

  /** A pod opened a stream. `send` gets what of the table is for it; the returned functions take its reports, and the end of the stream. */
  open(
    hello: eventRouting.DataPlaneReport,
    send: (update: eventRouting.EventRoutingUpdate) => void
  ): { heard(report: eventRouting.DataPlaneReport): void; close(): void } {
    const { pod, address, roles } = hello
    this.#roles.set(pod, roles)
    // What an earlier stream of the pod told is over; what goes on it tells again.
    const over = [...this.#deliveries.told('', pod).values()].map((state) => ({
      ...state,
      lastError: '',
      failingSinceMs: 0,
      stuck: false,
      backlog: 0
    }))
    const session = this.#gateways.open({ gateway: pod, address }, (update) => {
      const part = forRoles(update, roles)
      if (part !== undefined) send(part)
    })
    const heard = ({ appliedSequence, deliveries }: eventRouting.DataPlaneReport): void => {
      session.applied(appliedSequence)
      if (deliveries.length === 0) return
      this.#deliveries.report('', pod, deliveries)
      const state = { pod, address, roles, connected: true, serving: {}, deliveries }
      for (const listener of this.#listeners) listener({ controller: this.#controller, complete: false, pods: [state] })
    }
    // A number in the first report is of another stream, perhaps of another replica.
    heard({ ...hello, appliedSequence: 0, deliveries: [...over, ...hello.deliveries] })
    return { heard, close: () => session.close() }
  }
}
