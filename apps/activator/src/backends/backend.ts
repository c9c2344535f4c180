import { setTimeout as pause } from 'node:timers/promises'
import { securePort } from '@knative-ts/api'
import { socketAddress } from '@knative-ts/kube'
import { securedAddress, type UpstreamPool } from '@knative-ts/proxy'
import type { RevisionFacts } from '../revision/revision-facts.ts'
import { awaitAnswer } from './await-answer.ts'
import { awaitOpen, nextWait } from './await-open.ts'
import type { PodFacts } from './pod-facts.ts'

/** When a pod came that far, in milliseconds of performance.now; 0 for not yet. */
export interface BackendTimes {
  seenAt: number
  openAt: number
  answeredAt: number
}

export interface BackendOptions {
  readonly facts: RevisionFacts
  readonly upstreams: UpstreamPool
  /** The name that its certificate must be of, when it has one. */
  readonly serverName: string
  /** What it shows is not accepted: told once, with the reason. */
  readonly distrusted: (address: string, reason: string) => void
  /** Whether pods are asked at all: a mesh may let nobody through to them. */
  readonly asksPods: () => boolean
  /** Whether requests go another way meanwhile. */
  readonly bypassed: () => boolean
  /** It became healthy, or stopped being so, or is known to be behind a mesh. */
  readonly changed: () => void
}

/** Milliseconds between looks at whether pods are asked again. */
const unaskedMs = 1_000

/**
 * One pod behind a revision. It is healthy when its queue-proxy has said that the user container is ready and, where that is not enough, the
 * kubelet has said so too. It is asked anew when the kubelet takes its word back, and when a request could not connect.
 */
export class Backend {
  readonly ip: string
  readonly address: string
  readonly times: BackendTimes = { seenAt: performance.now(), openAt: 0, answeredAt: 0 }
  readonly #options: BackendOptions
  readonly #port: number
  readonly secured: boolean
  #distrusted = false
  #refused = false
  #ready: boolean
  #answered = false
  #healthy = false
  #probing: AbortController | undefined

  constructor(pod: PodFacts, options: BackendOptions) {
    this.ip = pod.ip
    this.#port = pod.secured ? securePort : options.facts.port
    const socket = socketAddress(pod.ip, this.#port)
    this.address = pod.secured ? securedAddress(options.serverName, socket) : socket
    this.secured = pod.secured
    this.#options = options
    this.#ready = pod.ready
    this.#probe()
  }

  get healthy(): boolean {
    return this.#healthy
  }

  /** The kubelet calls it ready. */
  get ready(): boolean {
    return this.#ready
  }

  /** What answers in its place is not its queue-proxy, or that one does not want requests: 502 or 503. */
  get refused(): boolean {
    return this.#refused
  }

  /** What the kubelet says now. */
  observe(ready: boolean): void {
    const lost = this.#ready && !ready
    const known = this.#ready === ready
    this.#ready = ready
    if (lost) this.suspect()
    else this.#settle()
    if (!known) this.#options.changed()
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
    const { facts, upstreams, asksPods, bypassed } = this.#options
    const begun = performance.now()
    let waitMs = 1
    for (;;) {
      while (!asksPods()) await pause(unaskedMs, undefined, { signal })
      await awaitOpen(this.ip, this.#port, signal)
      this.times.openAt = performance.now()
      const { address } = this
      const asked = { address, protocol: facts.protocol, leisurely: bypassed, refused: (status: number) => this.#refuse(status) }
      const answer = await awaitAnswer(upstreams, asked, signal)
      if (signal.aborted) return
      if (answer === 'ready') break
      if (answer.code === 'handshake') this.#distrust(answer.message)
      await pause(waitMs, undefined, { signal })
      waitMs = nextWait(waitMs, performance.now() - begun)
    }
    this.#distrusted = false
    this.#refused = false
    this.times.answeredAt = performance.now()
    this.#probing = undefined
    this.#answered = true
    this.#settle()
  }

  #refuse(status: number): void {
    const refused = status === 502 || status === 503
    if (refused === this.#refused) return
    this.#refused = refused
    this.#options.changed()
  }

  #distrust(reason: string): void {
    if (this.#distrusted) return
    this.#distrusted = true
    this.#options.distrusted(this.address, reason)
  }

  #settle(): void {
    const healthy = this.#answered && (this.#ready || this.#options.facts.trustsProbe)
    if (healthy === this.#healthy) return
    this.#healthy = healthy
    this.#options.changed()
  }
}
