import type { routing } from '@knative-ts/wire'
import type { FollowedTable, Sequenced } from './followed-table.ts'
import { GatewaySession, type Hello } from './gateway-session.ts'

interface Known<U extends Sequenced> {
  readonly session: GatewaySession<U>
  readonly serving: Map<string, string>
}

/** The gateways (or other followers of a table) on this replica's streams and what they serve. Reports go to whoever leads: complete first, then what changed. */
export class LocalGateways<U extends Sequenced = routing.RoutingUpdate> {
  readonly #controller: string
  readonly #table: FollowedTable<U>
  readonly #known = new Map<string, Known<U>>()
  readonly #listeners = new Set<(states: routing.GatewayStates) => void>()

  /** `controller`: the name of this replica's pod. */
  constructor(controller: string, table: FollowedTable<U>) {
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
  open(hello: Hello, send: (update: U) => void): { applied(sequence: number): void; close(): void } {
    const session = new GatewaySession(hello, this.#table)
    const known: Known<U> = { session, serving: new Map() }
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

  #tell(session: GatewaySession<U>, connected: boolean, serving: ReadonlyMap<string, string>): void {
    const states = { controller: this.#controller, complete: false, gateways: [stateOf(session, connected, serving)] }
    for (const listener of this.#listeners) listener(states)
  }
}

function stateOf({ gateway, address }: Hello, connected: boolean, serving: ReadonlyMap<string, string>): routing.GatewayState {
  return { gateway, address, connected, serving: Object.fromEntries(serving) }
}
