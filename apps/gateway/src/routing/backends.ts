import type { routing } from '@knative-ts/wire'
import { Backend, type Upstream } from './backend.ts'

/** All backends and their addresses, counted by who uses them: what an update costs depends on what it names, not on what there is. */
export class Backends {
  readonly #backends = new Map<string, Backend>()
  readonly #upstreams = new Map<string, Upstream>()
  /** Addresses that a backend has given up since the last `takeUnused`. */
  readonly #givenUp = new Set<Upstream>()

  /** The backend of that name as the table has it; undefined when it has none. */
  get(key: string): Backend | undefined {
    const backend = this.#backends.get(key)
    return backend?.named === true ? backend : undefined
  }

  /** The backend of that name, there or not, until `release`. */
  use(key: string): Backend {
    const backend = this.#backendOf(key)
    backend.users++
    return backend
  }

  release(backend: Backend): void {
    backend.users--
    this.#forgetUnused(backend)
  }

  set({ key, addresses, h2c }: routing.Backend): void {
    const backend = this.#backendOf(key)
    backend.named = true
    backend.h2c = h2c
    this.#point(backend, addresses)
  }

  remove(key: string): void {
    const backend = this.#backends.get(key)
    if (backend === undefined) return
    backend.named = false
    this.#point(backend, [])
    this.#forgetUnused(backend)
  }

  /** Names of all backends that are there, or led to. */
  keys(): Iterable<string> {
    return this.#backends.keys()
  }

  /** Addresses that lost their last backend since the last call. */
  takeUnused(): string[] {
    const unused: string[] = []
    for (const upstream of this.#givenUp) {
      if (upstream.backends > 0) continue
      this.#upstreams.delete(upstream.address)
      unused.push(upstream.address)
    }
    this.#givenUp.clear()
    return unused
  }

  #backendOf(key: string): Backend {
    const known = this.#backends.get(key)
    if (known !== undefined) return known
    const backend = new Backend(key)
    this.#backends.set(key, backend)
    return backend
  }

  #point(backend: Backend, addresses: readonly string[]): void {
    const before = backend.upstreams
    backend.upstreams = addresses.map((address) => this.#upstreamOf(address))
    for (const upstream of backend.upstreams) upstream.backends++
    for (const upstream of before) if (--upstream.backends === 0) this.#givenUp.add(upstream)
    backend.changed()
  }

  #upstreamOf(address: string): Upstream {
    const known = this.#upstreams.get(address)
    if (known !== undefined) return known
    const upstream = { address, inFlight: 0, backends: 0 }
    this.#upstreams.set(address, upstream)
    return upstream
  }

  #forgetUnused(backend: Backend): void {
    if (!backend.named && backend.users === 0) this.#backends.delete(backend.key)
  }
}
