import { routing } from '@knative-ts/wire'
import { GatewaySession } from './gateway-session.ts'
import type { RoutingTable } from './routing-table.ts'

interface Known {
  readonly session: GatewaySession
  readonly serving: Map<string, string>
}

/** The gateways on this replica's streams and what they serve. Reports go to whoever leads: complete first, then what changed. */
export class LocalGateways {
  readonly #controller: string
  readonly #table: RoutingTable
  readonly #known = new Map<string, Known>()
  readonly #listeners = new Set<(states: routing.GatewayStates) => void>()

  /** `controller`: the name of this replica's pod. */
  constructor(controller: string, table: RoutingTable) {
    this.#controller = controller
    this.#table = table
  }

  get size(): number {
    return this.#known.size
  }

  /** Sends everything at once, then every change, until the returned function is called. */
  follow(listener: (states: routing.GatewayStates) => void): () => void {
    const gateways = [...this.#known.values()].map(({ session, serving }) => stateOf(session, true, serving))
    listener({ controller: this.#controller, complete: true, gateways })
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * A gateway opened a stream. A stream of the same gateway that was open before is over, whatever TCP thinks: its pod has one.
   * `send` gets the updates; the returned functions take reports, and the end of the stream.
   */
  open(hello: routing.GatewayReport, send: (update: routing.RoutingUpdate) => void): { applied(sequence: number): void; close(): void } {
    const session = new GatewaySession(hello, this.#table)
    const known: Known = { session, serving: new Map() }
    this.#known.set(hello.gateway, known)
    for (const part of session.begin()) send(part)
    this.#tell(session, true, new Map())
    const isCurrent = (): boolean => this.#known.get(hello.gateway) === known
    const change = (served: ReadonlyMap<string, string>): void => {
      if (served.size === 0 || !isCurrent()) return
      for (const [key, version] of served) {
        if (version === '') known.serving.delete(key)
        else known.serving.set(key, version)
      }
      this.#tell(session, true, served)
    }
    const unsubscribe = this.#table.onChange((difference) => {
      const gone = session.sent(difference)
      send(difference.update)
      change(gone)
    })
    return {
      applied: (sequence) => change(session.applied(sequence)),
      close: () => {
        unsubscribe()
        if (!isCurrent()) return
        this.#known.delete(hello.gateway)
        this.#tell(session, false, new Map())
      }
    }
  }

  #tell(session: GatewaySession, connected: boolean, serving: ReadonlyMap<string, string>): void {
    const states = { controller: this.#controller, complete: false, gateways: [stateOf(session, connected, serving)] }
    for (const listener of this.#listeners) listener(states)
  }
}

function stateOf({ gateway, address }: GatewaySession, connected: boolean, serving: ReadonlyMap<string, string>): routing.GatewayState {
  return { gateway, address, connected, serving: Object.fromEntries(serving) }
}
