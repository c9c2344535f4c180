import { configurationLabel, keyOf, keyText, type ObjectKey, podsServerName, type Revision, serviceLabel } from '@knative-ts/api'
import { type Exchange, securedAddress, socketOf, type UpstreamPool } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { type HoldAccount, type OpenAccount, RevisionThrottler } from '@knative-ts/throttling'
import { Backends } from '../backends/backends.ts'
import type { MeshMode } from '../backends/service-address.ts'
import type { Room } from '../holding/room.ts'
import { type RevisionFacts, revisionFactsOf } from './revision-facts.ts'

/** What all revisions share. */
export interface RevisionSurroundings {
  readonly upstreams: UpstreamPool
  readonly room: Room
  /** Gives [0, 1). */
  readonly random: () => number
  /** `mesh-compatibility-mode` as it is now. */
  readonly mesh: () => MeshMode
  /** `address:port` of a revision's private Service, of the port for TLS when its pods are `secured`; undefined without one. */
  readonly privateService: (revision: ObjectKey, secured: boolean) => Promise<string | undefined>
  readonly log: Log
}

/** One revision as the activator serves it: what is fixed, who waits, and where requests may go. */
export class RevisionEntry {
  readonly key: ObjectKey
  readonly uid: string
  readonly facts: RevisionFacts
  /** Names of the Service and the Configuration that it is of; empty without one. */
  readonly owners: { readonly service: string; readonly configuration: string }
  /** What spans and metrics of its requests say of it. */
  readonly labels: Readonly<Record<string, string>>
  readonly throttler: RevisionThrottler
  readonly backends: Backends
  /** What its held requests cost. */
  readonly account: HoldAccount
  /** Its requests that are open, held or running. */
  readonly open: OpenAccount
  /** Exchanges that wait for a place. */
  readonly #held = new Set<Pick<Exchange, 'expire'>>()
  #closed = false

  constructor(revision: Revision, { upstreams, room, random, mesh, privateService, log }: RevisionSurroundings) {
    this.key = keyOf(revision)
    this.uid = revision.metadata.uid ?? ''
    this.facts = revisionFactsOf(revision)
    const { [serviceLabel]: service = '', [configurationLabel]: configuration = '' } = revision.metadata.labels ?? {}
    this.owners = { service, configuration }
    this.labels = {
      ...(service === '' ? {} : { 'kn.service.name': service }),
      'kn.configuration.name': configuration,
      'kn.revision.name': this.key.name,
      'k8s.namespace.name': this.key.namespace ?? ''
    }
    this.account = room.held.open()
    this.open = room.open.account()
    this.throttler = new RevisionThrottler({ containerConcurrency: this.facts.containerConcurrency, random })
    const serverName = podsServerName(this.key.namespace ?? '')
    this.backends = new Backends({
      facts: this.facts,
      upstreams,
      serverName,
      mode: mesh,
      find: async (secured) => {
        const socket = await privateService(this.key, secured)
        return secured && socket !== undefined ? securedAddress(serverName, socket) : socket
      },
      failed: (error) => log.warn({ key: keyText(this.key), error }, 'the Service of a revision cannot be asked for; trying again'),
      through: (service) => {
        if (service !== undefined) log.info({ key: keyText(this.key), ...service }, 'pods are reached through their Service')
        this.throttler.setService(service)
      },
      distrusted: (address, reason) =>
        log.warn({ key: keyText(this.key), pod: socketOf(address), reason }, 'a pod gets no requests: its certificate is not accepted'),
      changed: (healthy) => this.throttler.setPods(healthy)
    })
  }

  /** A request waits for a place from now on, until {@link letGo}. Of a revision that is gone it is told so at once. */
  hold(exchange: Pick<Exchange, 'expire'>): void {
    if (this.#closed) this.#tellGone(exchange)
    else this.#held.add(exchange)
  }

  letGo(exchange: Pick<Exchange, 'expire'>): void {
    this.#held.delete(exchange)
  }

  #tellGone(exchange: Pick<Exchange, 'expire'>): void {
    exchange.expire(404, `${unknownRevision(this.key)}\n`)
  }

  /** The revision is gone: who waits is told so, now or later. Requests that run go on. */
  close(): void {
    this.#closed = true
    this.backends.close()
    this.throttler.setPods([])
    for (const exchange of this.#held) this.#tellGone(exchange)
  }
}

/** The body for a revision that does not exist (reference 5.5). */
export function unknownRevision({ name }: ObjectKey): string {
  return `Error getting active endpoint: revision.serving.knative.dev "${name}" not found`
}
