import { setTimeout as pause } from 'node:timers/promises'
import { networkProbeHeader, proberAgents, UpstreamError, type UpstreamPool, type UpstreamProtocol } from '@knative-ts/proxy'

/** `mesh-compatibility-mode` of config-network: whether pods are reached through their Service. */
export type MeshMode = 'auto' | 'enabled' | 'disabled'

/** One pod, as far as it matters here. */
export interface SeenPod {
  readonly healthy: boolean
  /** The kubelet calls it ready. */
  readonly ready: boolean
  /** Its last answer to a probe was one that meshes give in its place: 502 or 503. */
  readonly refused: boolean
  readonly secured: boolean
}

/** Where requests go instead of to pods, and how many pods are behind it. */
export interface Through {
  readonly address: string
  readonly pods: number
}

export interface ServiceAddressOptions {
  readonly mode: () => MeshMode
  /** The address of the revision's private Service; undefined while there is none. */
  readonly find: (secured: boolean) => Promise<string | undefined>
  readonly upstreams: UpstreamPool
  readonly protocol: UpstreamProtocol
  readonly changed: (through: Through | undefined) => void
  /** It could not be asked for; it is asked for again. */
  readonly failed: (error: unknown) => void
}

/** Milliseconds between questions, and for one answer (reference 4.3). */
const everyMs = 200
const answerMs = 1_000

/**
 * Whether a revision is reached through its private Service: a mesh may let nobody through to a pod's own address, and answers 502 or 503 for it. Once a pod
 * has answered by itself there is no such mesh, and it never is. It ends when no pod is ready, since the Service may be made anew meanwhile.
 */
export class ServiceAddress {
  readonly #options: ServiceAddressOptions
  #through: Through | undefined
  #asking: AbortController | undefined
  #addressable = false
  /** Pods that are ready, as of the last review. */
  #ready: readonly SeenPod[] = []

  constructor(options: ServiceAddressOptions) {
    this.#options = options
  }

  /** Requests go there. */
  get isUsed(): boolean {
    return this.#through !== undefined
  }

  /** What is known of the pods now, or the mode is another. */
  review(pods: readonly SeenPod[]): void {
    const mode = this.#options.mode()
    if (mode !== 'enabled' && pods.some(({ healthy }) => healthy)) this.#addressable = true
    const ready = pods.filter((pod) => pod.ready)
    this.#ready = ready
    const hidden = mode === 'auto' && !this.#addressable && ready.every(({ refused }) => refused)
    if (ready.length === 0 || !(mode === 'enabled' || hidden)) this.#leave()
    else if (this.#through !== undefined) this.#use({ address: this.#through.address, pods: ready.length })
    else if (this.#asking === undefined) this.#ask()
  }

  /** A request did not get through to this address: it is asked again before the next one. */
  suspect(address: string): void {
    if (this.#through?.address === address) this.#leave()
  }

  close(): void {
    this.#leave()
  }

  #leave(): void {
    this.#asking?.abort()
    this.#asking = undefined
    if (this.#through !== undefined) this.#use(undefined)
  }

  #use(through: Through | undefined): void {
    const { address, pods } = this.#through ?? {}
    this.#through = through
    if (through?.address !== address && address !== undefined) this.#options.upstreams.drop(address)
    if (through?.address !== address || through?.pods !== pods) this.#options.changed(through)
  }

  #ask(): void {
    const asking = new AbortController()
    this.#asking = asking
    void this.#await(asking.signal).then((address) => {
      if (address === undefined || asking.signal.aborted) return
      this.#asking = undefined
      this.#use({ address, pods: this.#ready.length })
    })
  }

  /** The Service's address as soon as a queue-proxy answers there; undefined when nobody wants it any more. */
  async #await(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      try {
        const address = await this.#options.find(this.#ready.every((pod) => pod.secured))
        if (address !== undefined && (await this.#answers(address))) return address
      } catch (error) {
        this.#options.failed(error)
      }
      // Rejects when nobody wants it any more, which the loop sees by itself.
      await pause(everyMs, undefined, { signal }).catch(() => undefined)
    }
    return undefined
  }

  async #answers(address: string): Promise<boolean> {
    const { upstreams, protocol } = this.#options
    const headers = { 'User-Agent': proberAgents.activator, [networkProbeHeader]: 'queue' }
    try {
      const { status, body } = await upstreams.request(address, { target: '/healthz', headers, protocol, timeoutMs: answerMs })
      return status === 200 && body.toString() === 'queue'
    } catch (error) {
      if (error instanceof UpstreamError) return false
      throw error
    }
  }
}
