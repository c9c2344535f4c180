import type { UpstreamPool } from '@knative-ts/proxy'
import type { RevisionFacts } from '../revision/revision-facts.ts'
import { awaitAnswer } from './await-answer.ts'
import { awaitOpen } from './await-open.ts'
import { type PodFacts, socketAddress } from './pod-facts.ts'

/** When a pod came that far, in milliseconds of performance.now; 0 for not yet. */
export interface BackendTimes {
  seenAt: number
  openAt: number
  answeredAt: number
}

export interface BackendOptions {
  readonly facts: RevisionFacts
  readonly upstreams: UpstreamPool
  /** It became healthy, or stopped being so. */
  readonly changed: () => void
}

/**
 * One pod behind a revision. It is healthy when its queue-proxy has said that the user container is ready and, where that is not enough, the
 * kubelet has said so too. It is asked anew when the kubelet takes its word back, and when a request could not connect.
 */
export class Backend {
  readonly ip: string
  readonly address: string
  readonly times: BackendTimes = { seenAt: performance.now(), openAt: 0, answeredAt: 0 }
  readonly #options: BackendOptions
  #ready: boolean
  #answered = false
  #healthy = false
  #probing: AbortController | undefined

  constructor(pod: PodFacts, options: BackendOptions) {
    this.ip = pod.ip
    this.address = socketAddress(pod.ip, options.facts.port)
    this.#options = options
    this.#ready = pod.ready
    this.#probe()
  }

  get healthy(): boolean {
    return this.#healthy
  }

  /** What the kubelet says now. */
  observe(ready: boolean): void {
    const lost = this.#ready && !ready
    this.#ready = ready
    if (lost) this.suspect()
    else this.#settle()
  }

  /** Takes the pod out until it answers a probe again. */
  suspect(): void {
    if (this.#probing !== undefined) return
    this.#answered = false
    this.#options.upstreams.drop(this.address)
    this.#probe()
    this.#settle()
  }

  /** The pod is gone. */
  close(): void {
    this.#probing?.abort()
    this.#probing = new AbortController()
    this.#healthy = false
    this.#options.upstreams.drop(this.address)
  }

  #probe(): void {
    const probing = new AbortController()
    this.#probing = probing
    void this.#awaitHealth(probing.signal).catch((error: unknown) => {
      if (!probing.signal.aborted) throw error
    })
  }

  async #awaitHealth(signal: AbortSignal): Promise<void> {
    const { facts, upstreams } = this.#options
    for (;;) {
      await awaitOpen(this.ip, facts.port, signal)
      this.times.openAt = performance.now()
      const answer = await awaitAnswer(upstreams, this.address, facts.protocol, signal)
      if (signal.aborted) return
      if (answer === 'ready') break
    }
    this.times.answeredAt = performance.now()
    this.#probing = undefined
    this.#answered = true
    this.#settle()
  }

  #settle(): void {
    const healthy = this.#answered && (this.#ready || this.#options.facts.trustsProbe)
    if (healthy === this.#healthy) return
    this.#healthy = healthy
    this.#options.changed()
  }
}
