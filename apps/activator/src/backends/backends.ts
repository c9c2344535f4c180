import { Backend, type BackendOptions, type BackendTimes } from './backend.ts'
import type { PodFacts } from './pod-facts.ts'

export interface BackendsOptions extends Omit<BackendOptions, 'changed'> {
  /** The healthy addresses (as the pool of connections knows them) are others than before. */
  readonly changed: (healthy: readonly string[]) => void
}

/** The pods behind one revision, by uid: a new pod with an old pod's address is another one. */
export class Backends {
  readonly #options: BackendsOptions
  readonly #backends = new Map<string, Backend>()

  constructor(options: BackendsOptions) {
    this.#options = options
  }

  /** A pod came or changed. */
  put(pod: PodFacts): void {
    const found = this.#backends.get(pod.uid)
    if (found?.ip === pod.ip) {
      found.observe(pod.ready)
      return
    }
    // A sandbox that was made anew has another address.
    if (found !== undefined) this.remove(pod.uid)
    this.#backends.set(pod.uid, new Backend(pod, { ...this.#options, changed: () => this.#publish() }))
  }

  /** A pod ended, is being deleted, or is gone. */
  remove(uid: string): void {
    const found = this.#backends.get(uid)
    if (found === undefined) return
    this.#backends.delete(uid)
    const wasHealthy = found.healthy
    found.close()
    if (wasHealthy) this.#publish()
  }

  /** A request did not get through to this address. */
  suspect(address: string): void {
    for (const backend of this.#backends.values()) if (backend.address === address) backend.suspect()
  }

  timesOf(address: string): BackendTimes | undefined {
    for (const backend of this.#backends.values()) if (backend.address === address) return backend.times
    return undefined
  }

  close(): void {
    for (const backend of this.#backends.values()) backend.close()
    this.#backends.clear()
  }

  #publish(): void {
    this.#options.changed([...this.#backends.values()].filter(({ healthy }) => healthy).map(({ address }) => address))
  }
}
