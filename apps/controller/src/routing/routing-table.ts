import { routing } from '@knative-ts/wire'
import { parseBackendKey } from './backend-of.ts'
import type { FollowedTable, Published, TableChange } from './followed-table.ts'
import { backendsIn, certificatesIn } from './routes-of.ts'
import { SharedParts } from './shared-parts.ts'

/** How what KIngresses name is read. */
export interface TableLookUps {
  /** A backend's present addresses. */
  readonly backend: (key: string) => routing.Backend
  /** The certificate of a Secret (`namespace/name`), given what it was; undefined when there is none that can be used. */
  readonly certificate: (key: string, before: routing.Certificate | undefined) => routing.Certificate | undefined
}

/** Members of one part of a complete table: some milliseconds of a gateway's time. */
const partSize = 200

const none: ReadonlySet<string> = new Set()

/**
 * The routing of our class as this replica's cache has it, with the differences between one event-loop turn and the next.
 * Only backends and certificates that some KIngress names are part of it. What a change costs depends on what it changes.
 */
export class RoutingTable implements FollowedTable<routing.RoutingUpdate> {
  readonly #ingresses = new Map<string, routing.IngressRoutes>()
  readonly #backends: SharedParts<routing.Backend>
  readonly #certificates: SharedParts<routing.Certificate>
  readonly #keysOfService = new Map<string, Set<string>>()
  readonly #published = new Map<string, Published>()
  readonly #listeners = new Set<(change: TableChange<routing.RoutingUpdate>) => void>()
  readonly #dirty = new Set<string>()
  #flushing: NodeJS.Immediate | undefined
  #authorities = ''
  #trustIsNews = false
  #sequence = 1

  constructor({ backend, certificate }: TableLookUps) {
    const touched = (): void => this.#flushSoon()
    this.#backends = new SharedParts(backend, ({ addresses }) => addresses.length > 0, touched)
    this.#certificates = new SharedParts(certificate, () => true, touched)
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

  onChange(listener: (change: TableChange<routing.RoutingUpdate>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Gateways know whose certificates to accept. */
  get trusts(): boolean {
    return this.#authorities !== ''
  }

  /** Whose certificates gateways accept of backends from now on (PEM; '' for nobody's). */
  trust(authorities: string): void {
    const before = this.trusts
    this.#authorities = authorities
    this.#trustIsNews = true
    // Whether a backend's addresses speak TLS depends on it.
    if (before !== this.trusts) for (const keys of this.#keysOfService.values()) for (const key of keys) this.#backends.touch(key)
    this.#flushSoon()
  }

  setIngress(routes: routing.IngressRoutes): void {
    const before = this.#ingresses.get(routes.key)
    if (before?.version === routes.version) return
    this.#link(routes.key, before, routes)
    this.#ingresses.set(routes.key, routes)
    this.#changed(routes.key)
  }

  removeIngress(key: string): void {
    const before = this.#ingresses.get(key)
    if (before === undefined) return
    this.#link(key, before, undefined)
    this.#ingresses.delete(key)
    this.#changed(key)
  }

  /** A Service (`namespace/name`) or its endpoints changed. Cheap when no KIngress leads there. */
  touchService(service: string): void {
    for (const key of this.#keysOfService.get(service) ?? []) this.#backends.touch(key)
  }

  /** A Secret (`namespace/name`) changed. Cheap when no KIngress names it. */
  touchSecret(secret: string): void {
    this.#certificates.touch(secret)
  }

  /** Why a KIngress cannot be served whatever gateways do; undefined when they have all that it names, or it is not known. */
  lacking(key: string): string | undefined {
    const routes = this.#ingresses.get(key)
    const missing = routes && [...certificatesIn(routes)].find((certificate) => !this.#certificates.isComplete(certificate))
    if (missing === undefined) return undefined
    return `Secret ${missing} of spec.tls is not there, or holds no certificate with its key: make it of type kubernetes.io/tls`
  }

  /**
   * The whole table, as a new stream gets it, in parts that a gateway applies between two requests; what waits to be sent as a difference is in it
   * already. Backends and certificates come before the routes that name them.
   */
  complete(): routing.RoutingUpdate[] {
    this.flush()
    const parts = [
      ...slicesOf(this.#certificates.values()).map((certificates) => ({ certificates })),
      ...slicesOf(this.#backends.values()).map((backends) => ({ backends })),
      ...slicesOf([...this.#ingresses.values()]).map((ingresses) => ({ ingresses }))
    ]
    if (parts.length === 0) parts.push({ ingresses: [] })
    const last = parts.length - 1
    const common = { ...routing.RoutingUpdate.create(), sequence: this.#sequence, complete: true }
    const trust = { authorities: this.#authorities }
    return parts.map((members, part) => ({ ...common, ...members, part, continues: part < last, ...(part === 0 ? { trust } : {}) }))
  }

  /** Sends what changed since the last time. */
  flush(): void {
    if (this.#flushing !== undefined) clearImmediate(this.#flushing)
    this.#flushing = undefined
    if (this.#dirty.size === 0 && !this.#backends.isDirty && !this.#certificates.isDirty && !this.#trustIsNews) return
    const touched = new Set(this.#dirty)
    const backends = this.#backends.flush((ingress) => touched.add(ingress))
    const certificates = this.#certificates.flush((ingress) => touched.add(ingress))
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    const trust = this.#trustIsNews ? { authorities: this.#authorities } : undefined
    this.#trustIsNews = false
    const update: routing.RoutingUpdate = {
      ...routing.RoutingUpdate.create(),
      sequence: this.#sequence + 1,
      ingresses: dirty.flatMap((key) => this.#ingresses.get(key) ?? []),
      removedIngresses: dirty.filter((key) => !this.#ingresses.has(key)),
      backends: backends.set,
      removedBackends: backends.removed,
      certificates: certificates.set,
      removedCertificates: certificates.removed,
      trust
    }
    if (trust === undefined && Object.values(update).every((part) => !Array.isArray(part) || part.length === 0)) return
    this.#sequence = update.sequence
    const published = [...touched].filter((key) => this.#publish(key))
    for (const listener of this.#listeners) listener({ update, published, removed: update.removedIngresses })
  }

  #link(key: string, before: routing.IngressRoutes | undefined, after: routing.IngressRoutes | undefined): void {
    const first = (backend: string): void => this.#file(backend)
    const last = (backend: string): void => this.#unfile(backend)
    this.#backends.link(key, before ? backendsIn(before) : none, after ? backendsIn(after) : none, { first, last })
    this.#certificates.link(key, before ? certificatesIn(before) : none, after ? certificatesIn(after) : none)
  }

  #file(backend: string): void {
    const { service } = parseBackendKey(backend)
    const keys = this.#keysOfService.get(service)
    if (keys === undefined) this.#keysOfService.set(service, new Set([backend]))
    else keys.add(backend)
  }

  #unfile(backend: string): void {
    const { service } = parseBackendKey(backend)
    const keys = this.#keysOfService.get(service)
    keys?.delete(backend)
    if (keys?.size === 0) this.#keysOfService.delete(service)
  }

  #changed(key: string): void {
    this.#published.delete(key)
    this.#dirty.add(key)
    this.#flushSoon()
  }

  #flushSoon(): void {
    this.#flushing ??= setImmediate(() => this.flush())
  }

  /**
   * A version counts from the first update in which each of its backends has an address, and each of its certificates is there: a gateway that
   * serves it can answer. A backend that loses its addresses later takes nothing back.
   */
  #publish(key: string): boolean {
    const routes = this.#ingresses.get(key)
    if (routes === undefined || this.#published.has(key)) return false
    for (const backend of backendsIn(routes)) if (!this.#backends.isComplete(backend)) return false
    for (const certificate of certificatesIn(routes)) if (!this.#certificates.isComplete(certificate)) return false
    this.#published.set(key, { version: routes.version, sequence: this.#sequence })
    return true
  }
}

function slicesOf<T>(members: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(members.length / partSize) }, (_, index) => members.slice(index * partSize, (index + 1) * partSize))
}
