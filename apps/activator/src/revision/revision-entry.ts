import { configurationLabel, keyOf, keyText, type ObjectKey, podsServerName, type Revision, serviceLabel } from '@knative-ts/api'
import { type Exchange, socketOf, type UpstreamPool } from '@knative-ts/proxy'
import type { Log } from '@knative-ts/telemetry/logger'
import { type HoldAccount, type OpenAccount, RevisionThrottler } from '@knative-ts/throttling'
import { Backends } from '../backends/backends.ts'
import type { Room } from '../holding/room.ts'
import { type RevisionFacts, revisionFactsOf } from './revision-facts.ts'

/** What all revisions share. */
export interface RevisionSurroundings {
  readonly upstreams: UpstreamPool
  readonly room: Room
  /** Gives [0, 1). */
  readonly random: () => number
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
  readonly held = new Set<Pick<Exchange, 'expire'>>()

  constructor(revision: Revision, { upstreams, room, random, log }: RevisionSurroundings) {
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
    this.backends = new Backends({
      facts: this.facts,
      upstreams,
      serverName: podsServerName(this.key.namespace ?? ''),
      distrusted: (address, reason) =>
        log.warn({ key: keyText(this.key), pod: socketOf(address), reason }, 'a pod gets no requests: its certificate is not accepted'),
      changed: (healthy) => this.throttler.setPods(healthy)
    })
  }

  /** The revision is gone: who waits is told so. Requests that run go on. */
  close(): void {
    this.backends.close()
    this.throttler.setPods([])
    for (const exchange of this.held) exchange.expire(404, `${unknownRevision(this.key)}\n`)
  }
}

/** The body for a revision that does not exist (reference 5.5). */
export function unknownRevision({ name }: ObjectKey): string {
  return `Error getting active endpoint: revision.serving.knative.dev "${name}" not found`
}
