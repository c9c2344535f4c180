import type { routing } from '@knative-ts/wire'

/** A gateway pod that the Service `gateway` sends requests to. `name` is '' when the endpoint names no pod. */
export interface GatewayEndpoint {
  readonly name: string
  readonly address: string
}

interface Gateway {
  address: string
  readonly serving: Map<string, string>
}

/**
 * What all gateways serve, as the replicas that they are connected to report it. The leader asks it whether a version is served
 * everywhere, and is told when an answer may have changed.
 */
export class Fleet {
  readonly #byController = new Map<string, Map<string, Gateway>>()
  readonly #waiting = new Set<string>()
  readonly #watchers = new Map<string, Set<() => void>>()
  readonly #onProgress: (key: string) => void
  #expected: readonly GatewayEndpoint[] = []

  /** `onProgress` is called with the key of a KIngress for which {@link servedByAll} may answer differently from now on. */
  constructor(onProgress: (key: string) => void) {
    this.#onProgress = onProgress
  }

  /** The gateways that must serve a version: the ready endpoints of Service `gateway`. */
  expect(endpoints: readonly GatewayEndpoint[]): void {
    this.#expected = endpoints
    this.#wakeAll()
  }

  /** A replica's report. A complete one replaces all that the replica said before. */
  report(states: routing.GatewayStates): void {
    const gateways = (states.complete ? undefined : this.#byController.get(states.controller)) ?? new Map<string, Gateway>()
    this.#byController.set(states.controller, gateways)
    let membership = states.complete
    for (const state of states.gateways) {
      if (!state.connected) {
        membership = gateways.delete(state.gateway) || membership
        continue
      }
      const known = gateways.get(state.gateway)
      const gateway = known ?? { address: state.address, serving: new Map<string, string>() }
      if (known === undefined) membership = true
      gateways.set(state.gateway, gateway)
      for (const [key, version] of Object.entries(state.serving)) {
        if (version === '') gateway.serving.delete(key)
        else gateway.serving.set(key, version)
        if (this.#waiting.has(key)) this.#wake(key)
      }
    }
    if (membership) this.#wakeAll()
  }

  /** A replica is gone: nothing is known of the gateways that only it spoke for. */
  forget(controller: string): void {
    if (this.#byController.delete(controller)) this.#wakeAll()
  }

  /** True when every ready and every connected gateway serves this version, and at least one does. */
  servedByAll(key: string, version: string): boolean {
    const connected = new Map<string, { address: string; serves: boolean }>()
    for (const gateways of this.#byController.values()) {
      for (const [name, gateway] of gateways) {
        const serves = gateway.serving.get(key) === version
        // A gateway that moves between replicas is known to both for a moment: the better word is the newer one.
        if (serves || !connected.has(name)) connected.set(name, { address: gateway.address, serves })
      }
    }
    const addresses = new Set([...connected.values()].map((gateway) => gateway.address))
    const reached = (endpoint: GatewayEndpoint): boolean => connected.has(endpoint.name) || addresses.has(endpoint.address)
    const all = connected.size > 0 && [...connected.values()].every((gateway) => gateway.serves) && this.#expected.every(reached)
    if (all) this.#waiting.delete(key)
    else this.#waiting.add(key)
    return all
  }

  /** Resolves with true as soon as {@link servedByAll} holds, with false when it does not within `ms`, or on abort. */
  async whenServedByAll(key: string, version: string, ms: number, signal: AbortSignal): Promise<boolean> {
    const late = AbortSignal.any([signal, AbortSignal.timeout(ms)])
    while (!this.servedByAll(key, version)) {
      if (late.aborted) return false
      await this.#progress(key, late)
    }
    return true
  }

  async #progress(key: string, late: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const watchers = this.#watchers.get(key) ?? new Set()
    this.#watchers.set(key, watchers.add(resolve))
    late.addEventListener('abort', () => resolve(), { once: true })
    await promise
    watchers.delete(resolve)
    if (watchers.size === 0) this.#watchers.delete(key)
  }

  /** The KIngress is gone or not ours: nobody waits for it. */
  release(key: string): void {
    this.#waiting.delete(key)
  }

  #wake(key: string): void {
    for (const watcher of this.#watchers.get(key) ?? []) watcher()
    this.#onProgress(key)
  }

  #wakeAll(): void {
    for (const key of this.#waiting) this.#wake(key)
  }
}
