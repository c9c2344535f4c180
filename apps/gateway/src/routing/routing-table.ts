import type { routing } from '@knative-ts/wire'
import { compileRule, type CompiledRule } from './compiled-route.ts'

/** Which listener a request came in by. */
export type Side = 'public' | 'internal'

/** Where requests of one backend go now. */
export interface BackendAddresses {
  readonly addresses: readonly string[]
  readonly h2c: boolean
  /** The addresses are activators, which hold requests while there are no pods. */
  readonly activators: boolean
}

/**
 * The routing table of a gateway. Updates are applied whole, between two requests: no request ever sees half of one. Kept as it is when
 * the stream to the controller is lost.
 */
export class RoutingTable {
  readonly #ingresses = new Map<string, routing.IngressRoutes>()
  readonly #hosts: Record<Side, Map<string, CompiledRule[]>> = { public: new Map(), internal: new Map() }
  readonly #backends = new Map<string, BackendAddresses>()
  #complete = false
  readonly #waiting = new Set<() => void>()

  /** True once a complete table has been received. */
  get isComplete(): boolean {
    return this.#complete
  }

  get size(): number {
    return this.#ingresses.size
  }

  /** Applies one update; returns the addresses that nothing leads to any more. */
  apply(update: routing.RoutingUpdate): readonly string[] {
    const before = this.#addresses()
    const named = new Set(update.ingresses.map(({ key }) => key))
    const gone = update.complete ? [...this.#ingresses.keys()].filter((key) => !named.has(key)) : update.removedIngresses
    for (const key of gone) this.#remove(key)
    for (const routes of update.ingresses) this.#put(routes)
    if (update.complete) this.#backends.clear()
    for (const key of update.removedBackends) this.#backends.delete(key)
    for (const { key, addresses, h2c, activators } of update.backends) this.#backends.set(key, { addresses, h2c, activators })
    if (update.complete) this.#complete = true
    for (const wake of this.#waiting) wake()
    const now = this.#addresses()
    return [...before].filter((address) => !now.has(address))
  }

  /** The rule of a host (lower case, without port) on one listener. Of two KIngresses with one host the first by name wins, always. */
  rule(side: Side, host: string): CompiledRule | undefined {
    return this.#hosts[side].get(host)?.[0]
  }

  backend(key: string): BackendAddresses | undefined {
    return this.#backends.get(key)
  }

  /** Resolves once a complete table has been received. */
  async completed(): Promise<void> {
    while (!this.#complete) await this.changed(60_000)
  }

  /** Resolves at the next update, or after `ms`. */
  changed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      this.#waiting.add(wake)
    })
  }

  #put(routes: routing.IngressRoutes): void {
    this.#remove(routes.key)
    this.#ingresses.set(routes.key, routes)
    for (const rule of routes.rules) {
      const hosts = this.#hosts[rule.clusterLocal ? 'internal' : 'public']
      const compiled = compileRule(routes, rule)
      for (const host of rule.hosts) {
        const rules = [...(hosts.get(host.toLowerCase()) ?? []), compiled]
        hosts.set(
          host.toLowerCase(),
          rules.toSorted((a, b) => (a.ingress < b.ingress ? -1 : 1))
        )
      }
    }
  }

  #remove(key: string): void {
    const routes = this.#ingresses.get(key)
    if (routes === undefined) return
    this.#ingresses.delete(key)
    for (const rule of routes.rules) {
      const hosts = this.#hosts[rule.clusterLocal ? 'internal' : 'public']
      for (const host of rule.hosts) {
        const left = (hosts.get(host.toLowerCase()) ?? []).filter(({ ingress }) => ingress !== key)
        if (left.length === 0) hosts.delete(host.toLowerCase())
        else hosts.set(host.toLowerCase(), left)
      }
    }
  }

  #addresses(): Set<string> {
    return new Set([...this.#backends.values()].flatMap(({ addresses }) => addresses))
  }
}
