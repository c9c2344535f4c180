import type { routing } from '@knative-ts/wire'
import { parseBackendKey } from './backend-of.ts'
import { backendsIn } from './routes-of.ts'

/** Which update first carried a version of a KIngress with every backend of it able to answer. */
export interface Published {
  readonly version: string
  readonly sequence: number
}

/** A difference that was sent, and the KIngresses whose current version it completed. */
export interface TableChange {
  readonly update: routing.RoutingUpdate
  readonly published: readonly string[]
  readonly removed: readonly string[]
}

/**
 * The routing of our class as this replica's cache has it, with the differences between one event-loop turn and the next.
 * Only backends that some KIngress leads to are part of it.
 */
export class RoutingTable {
  readonly #ingresses = new Map<string, routing.IngressRoutes>()
  readonly #backends = new Map<string, routing.Backend>()
  readonly #usersOf = new Map<string, Set<string>>()
  readonly #keysOfService = new Map<string, Set<string>>()
  readonly #published = new Map<string, Published>()
  readonly #lookUp: (key: string) => routing.Backend
  readonly #listeners = new Set<(change: TableChange) => void>()
  readonly #dirty = { ingresses: new Set<string>(), backends: new Set<string>() }
  #flushing: NodeJS.Immediate | undefined
  #sequence = 1

  /** `lookUp` reads a backend's present addresses. */
  constructor(lookUp: (key: string) => routing.Backend) {
    this.#lookUp = lookUp
  }

  get sequence(): number {
    return this.#sequence
  }

  published(key: string): Published | undefined {
    return this.#published.get(key)
  }

  publishedKeys(): Iterable<[string, Published]> {
    return this.#published
  }

  onChange(listener: (change: TableChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  setIngress(routes: routing.IngressRoutes): void {
    const before = this.#ingresses.get(routes.key)
    if (before?.version === routes.version) return
    this.#link(routes.key, before, routes)
    this.#ingresses.set(routes.key, routes)
    this.#published.delete(routes.key)
    this.#mark('ingresses', routes.key)
  }

  removeIngress(key: string): void {
    const before = this.#ingresses.get(key)
    if (before === undefined) return
    this.#link(key, before, undefined)
    this.#ingresses.delete(key)
    this.#published.delete(key)
    this.#mark('ingresses', key)
  }

  /** A Service (`namespace/name`) or its endpoints changed. Cheap when no KIngress leads there. */
  touchService(service: string): void {
    for (const key of this.#keysOfService.get(service) ?? []) this.#mark('backends', key)
  }

  /** The whole table, as a new stream gets it; what waits to be sent as a difference is in it already. */
  complete(): routing.RoutingUpdate {
    this.flush()
    return {
      sequence: this.#sequence,
      complete: true,
      ingresses: [...this.#ingresses.values()],
      removedIngresses: [],
      backends: [...this.#backends.values()],
      removedBackends: []
    }
  }

  #link(key: string, before: routing.IngressRoutes | undefined, after: routing.IngressRoutes | undefined): void {
    const now = after === undefined ? new Set<string>() : backendsIn(after)
    for (const backend of now) {
      const users = this.#usersOf.get(backend)
      if (users !== undefined) users.add(key)
      else {
        this.#use(backend, key)
      }
    }
    if (before === undefined) return
    for (const backend of backendsIn(before)) {
      if (now.has(backend)) continue
      const users = this.#usersOf.get(backend)
      users?.delete(key)
      if (users?.size !== 0) continue
      this.#disuse(backend)
    }
  }

  #use(backend: string, key: string): void {
    this.#usersOf.set(backend, new Set([key]))
    const { service } = parseBackendKey(backend)
    const keys = this.#keysOfService.get(service)
    if (keys === undefined) this.#keysOfService.set(service, new Set([backend]))
    else keys.add(backend)
    this.#mark('backends', backend)
  }

  #disuse(backend: string): void {
    this.#usersOf.delete(backend)
    const { service } = parseBackendKey(backend)
    const keys = this.#keysOfService.get(service)
    keys?.delete(backend)
    if (keys?.size === 0) this.#keysOfService.delete(service)
    this.#mark('backends', backend)
  }

  #mark(what: 'ingresses' | 'backends', key: string): void {
    this.#dirty[what].add(key)
    this.#flushing ??= setImmediate(() => this.flush())
  }

  /** Sends what changed since the last time. */
  flush(): void {
    if (this.#flushing !== undefined) clearImmediate(this.#flushing)
    this.#flushing = undefined
    const { ingresses, backends } = this.#dirty
    if (ingresses.size === 0 && backends.size === 0) return
    const touched = new Set(ingresses)
    const update: routing.RoutingUpdate = {
      sequence: this.#sequence + 1,
      complete: false,
      ingresses: [],
      removedIngresses: [],
      backends: [],
      removedBackends: []
    }
    for (const key of backends) this.#refresh(key, update, touched)
    for (const key of ingresses) {
      const routes = this.#ingresses.get(key)
      if (routes === undefined) update.removedIngresses.push(key)
      else update.ingresses.push(routes)
    }
    ingresses.clear()
    backends.clear()
    if (update.ingresses.length + update.removedIngresses.length + update.backends.length + update.removedBackends.length === 0) return
    this.#sequence = update.sequence
    const published = [...touched].filter((key) => this.#publish(key))
    for (const listener of this.#listeners) listener({ update, published, removed: update.removedIngresses })
  }

  #refresh(key: string, update: routing.RoutingUpdate, touched: Set<string>): void {
    const users = this.#usersOf.get(key)
    if (users === undefined) {
      if (this.#backends.delete(key)) update.removedBackends.push(key)
      return
    }
    const backend = this.#lookUp(key)
    const before = this.#backends.get(key)
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(backend)) return
    this.#backends.set(key, backend)
    update.backends.push(backend)
    if ((before?.addresses.length ?? 0) === 0) for (const user of users) touched.add(user)
  }

  /**
   * A version counts from the first update in which each of its backends has an address: a gateway that serves it can answer.
   * A backend that loses its addresses later takes nothing back.
   */
  #publish(key: string): boolean {
    const routes = this.#ingresses.get(key)
    if (routes === undefined || this.#published.has(key)) return false
    for (const backend of backendsIn(routes)) if ((this.#backends.get(backend)?.addresses.length ?? 0) === 0) return false
    this.#published.set(key, { version: routes.version, sequence: this.#sequence })
    return true
  }
}
