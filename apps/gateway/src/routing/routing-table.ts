import type { routing } from '@knative-ts/wire'
import { Arrival } from './arrival.ts'
import type { Backend } from './backend.ts'
import { Backends } from './backends.ts'
import { Claims } from './claims.ts'
import { compileRule, type CompiledRule } from './compiled-route.ts'

/** Which listener a request came in by. */
export type Side = 'public' | 'internal'

/** One rule of a KIngress where it is filed. */
interface Filed {
  readonly rule: CompiledRule
  readonly side: Side
  readonly hosts: readonly string[]
}

/**
 * The routing table of a gateway. Updates are applied whole, between two requests: no request ever sees half of one. What an update costs depends on
 * what it names; a complete table comes in parts, so that requests are served in between. Kept as it is when the stream to the controller is lost.
 */
export class RoutingTable {
  readonly backends = new Backends()
  readonly #ingresses = new Map<string, readonly Filed[]>()
  readonly #rules: Readonly<Record<Side, Claims<CompiledRule>>> = { public: new Claims(), internal: new Claims() }
  readonly #ingressesOf = new Arrival(({ ingresses }) => ingresses)
  readonly #backendsOf = new Arrival(({ backends }) => backends)
  readonly #completed = Promise.withResolvers<void>()
  #complete = false

  /** True once a complete table has been received. */
  get isComplete(): boolean {
    return this.#complete
  }

  /** Number of KIngresses. */
  get size(): number {
    return this.#ingresses.size
  }

  /** Applies one update; returns the addresses that nothing leads to any more. */
  apply(update: routing.RoutingUpdate): readonly string[] {
    for (const key of [...update.removedIngresses, ...this.#ingressesOf.leftOut(update, this.#ingresses.keys())]) this.#remove(key)
    for (const routes of update.ingresses) this.#put(routes)
    for (const key of [...update.removedBackends, ...this.#backendsOf.leftOut(update, this.backends.keys())]) this.backends.remove(key)
    for (const backend of update.backends) this.backends.set(backend)
    if (update.complete && !update.continues) {
      this.#complete = true
      this.#completed.resolve()
    }
    return this.backends.takeUnused()
  }

  /** The rule of a host (lower case, without port) on one listener. Of two KIngresses with one host the first by name wins, always. */
  rule(side: Side, host: string): CompiledRule | undefined {
    return this.#rules[side].get(host)
  }

  backend(key: string): Backend | undefined {
    return this.backends.get(key)
  }

  /** Resolves once a complete table has been received. */
  completed(): Promise<void> {
    return this.#completed.promise
  }

  #put(routes: routing.IngressRoutes): void {
    const filed = routes.rules.map((rule): Filed => ({
      rule: compileRule(routes, rule, (key) => this.backends.use(key)),
      side: rule.clusterLocal ? 'internal' : 'public',
      hosts: rule.hosts
    }))
    // After the new version has taken its backends: those of both are not forgotten in between.
    this.#remove(routes.key)
    this.#ingresses.set(routes.key, filed)
    for (const { rule, side, hosts } of filed) for (const host of hosts) this.#rules[side].add(host, rule)
  }

  #remove(key: string): void {
    for (const { rule, side, hosts } of this.#ingresses.get(key) ?? []) {
      for (const host of hosts) this.#rules[side].remove(host, rule)
      for (const { splits } of rule.paths) for (const { backend } of splits) this.backends.release(backend)
    }
    this.#ingresses.delete(key)
  }
}
