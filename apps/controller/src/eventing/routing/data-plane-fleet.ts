import type { eventRouting } from '@knative-ts/wire'
import { Fleet, type GatewayEndpoint } from '../../routing/fleet.ts'
import type { DataPlaneRole } from '../endpoints/service-endpoints.ts'
import type { DataPlaneAcknowledgements } from '../eventing-world.ts'

/** Which pods must serve a member of the table before it counts, by the word that its key begins with. */
const roleOf: Readonly<Record<string, DataPlaneRole>> = {
  channel: 'channel',
  subscription: 'channel',
  trigger: 'filter',
  broker: 'ingress',
  jobsink: 'job-sink'
}

/** What the pods of each role serve, as all replicas report it. */
export class DataPlaneFleet implements DataPlaneAcknowledgements {
  readonly #fleets: Readonly<Record<DataPlaneRole, Fleet>>

  /** `onProgress` is called with the key of a member for which {@link servedByAll} may answer differently from now on. */
  constructor(onProgress: (key: string) => void) {
    const fleet = (): Fleet => new Fleet(onProgress)
    this.#fleets = { ingress: fleet(), filter: fleet(), channel: fleet(), 'job-sink': fleet() }
  }

  /** The pods that the role's Service sends requests to. */
  expect(role: DataPlaneRole, endpoints: readonly GatewayEndpoint[]): void {
    this.#fleets[role].expect(endpoints)
  }

  report({ controller, complete, pods }: eventRouting.DataPlaneStates): void {
    for (const [role, fleet] of Object.entries(this.#fleets)) {
      const gateways = pods
        .filter(({ roles, connected }) => roles.includes(role) || !connected)
        .map(({ pod, address, connected, serving }) => ({ gateway: pod, address, connected, serving }))
      if (complete || gateways.length > 0) fleet.report({ controller, complete, gateways })
    }
  }

  forget(controller: string): void {
    for (const fleet of Object.values(this.#fleets)) fleet.forget(controller)
  }

  servedByAll(key: string, version: string): boolean {
    return this.#fleetOf(key).servedByAll(key, version)
  }

  release(key: string): void {
    this.#fleetOf(key).release(key)
  }

  #fleetOf(key: string): Fleet {
    const role = roleOf[key.slice(0, key.indexOf(' '))]
    if (role === undefined) throw new Error(`no role of the data plane serves "${key}"`)
    return this.#fleets[role]
  }
}
