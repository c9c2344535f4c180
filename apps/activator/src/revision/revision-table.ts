import { keyOf, keyText, type ObjectKey, type Revision } from '@knative-ts/api'
import type { Pod } from '@knative-ts/api/kubernetes'
import type { Share } from '@knative-ts/throttling'
import { podFactsOf } from '../backends/pod-facts.ts'
import { RevisionEntry, type RevisionSurroundings } from './revision-entry.ts'

export interface RevisionTableOptions extends RevisionSurroundings {
  /** Pods of a revision that are known now. */
  readonly podsOf: (key: ObjectKey) => readonly Pod[]
  /** Our part of a revision's pods; undefined while nothing is known of it. */
  readonly shareOf: (key: ObjectKey, port: number) => Share | undefined
}

/** Every revision of the cluster with its throttler, so that requests can wait before there is any pod. */
export class RevisionTable {
  readonly #options: RevisionTableOptions
  readonly #entries = new Map<string, RevisionEntry>()
  #removals = 0

  constructor(options: RevisionTableOptions) {
    this.#options = options
  }

  /** Revisions that have gone so far: what was read of one before this changed may be of one of them. */
  get removals(): number {
    return this.#removals
  }

  get(key: ObjectKey): RevisionEntry | undefined {
    return this.#entries.get(keyText(key))
  }

  all(): Iterable<RevisionEntry> {
    return this.#entries.values()
  }

  /** A revision that exists. What matters of its spec never changes; another uid is another revision. */
  put(revision: Revision): RevisionEntry {
    const key = keyOf(revision)
    const found = this.get(key)
    if (found?.uid === revision.metadata.uid) return found as RevisionEntry
    found?.close()
    const { podsOf } = this.#options
    const entry = new RevisionEntry(revision, this.#options)
    this.#entries.set(keyText(key), entry)
    this.refreshShare(key)
    for (const pod of podsOf(key)) this.observePod(key, pod)
    return entry
  }

  remove(key: ObjectKey): void {
    this.#removals++
    this.get(key)?.close()
    this.#entries.delete(keyText(key))
  }

  /** A pod of the revision came or changed. */
  observePod(key: ObjectKey, pod: Pod): void {
    const backends = this.get(key)?.backends
    const facts = podFactsOf(pod)
    if (facts === undefined) backends?.remove(pod.metadata.uid ?? '')
    else backends?.put(facts)
  }

  /** A pod of the revision no longer exists. */
  forgetPod(key: ObjectKey, pod: Pod): void {
    this.get(key)?.backends.remove(pod.metadata.uid ?? '')
  }

  /** `mesh-compatibility-mode` may be another. */
  reviewMesh(): void {
    for (const entry of this.#entries.values()) entry.backends.review()
  }

  /** The activators of the revision may be others now. */
  refreshShare(key: ObjectKey): void {
    const entry = this.get(key)
    if (entry === undefined) return
    const share = this.#options.shareOf(key, entry.facts.port)
    if (share !== undefined) entry.throttler.setShare(share)
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.backends.close()
    this.#entries.clear()
  }
}
