import { Backend, type BackendOptions, type BackendTimes } from './backend.ts'
import type { PodFacts } from './pod-facts.ts'
import { ServiceAddress, type ServiceAddressOptions, type Through } from './service-address.ts'

export interface BackendsOptions
  extends Omit<BackendOptions, 'changed' | 'asksPods' | 'bypassed'>, Pick<ServiceAddressOptions, 'mode' | 'find' | 'failed'> {
  /** The healthy addresses (as the pool of connections knows them) are others than before. */
  readonly changed: (healthy: readonly string[]) => void
  /** Requests go through the revision's Service from now on, or to pods again. */
  readonly through: (service: Through | undefined) => void
}

/** The pods behind one revision, by uid: a new pod with an old pod's address is another one. */
export class Backends {
  readonly #options: BackendsOptions
  readonly #backends = new Map<string, Backend>()
  readonly #service: ServiceAddress
  #healthy = ''

  constructor(options: BackendsOptions) {
    this.#options = options
    const { mode, find, failed, upstreams, facts, through } = options
    this.#service = new ServiceAddress({ mode, find, failed, upstreams, protocol: facts.protocol, changed: through })
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
    this.#backends.set(
      pod.uid,
      new Backend(pod, {
        ...this.#options,
        asksPods: () => this.#options.mode() !== 'enabled',
        bypassed: () => this.#service.isUsed,
        changed: () => this.#publish()
      })
    )
    this.review()
  }

  /** A pod ended, is being deleted, or is gone. */
  remove(uid: string): void {
    const found = this.#backends.get(uid)
    if (found === undefined) return
    this.#backends.delete(uid)
    const wasHealthy = found.healthy
    found.close()
    if (wasHealthy) this.#publish()
    else this.review()
  }

  /** The mode of the mesh may be another, or pods are known to be ready or refused. */
  review(): void {
    this.#service.review([...this.#backends.values()])
  }

  /** A request did not get through to this address. */
  suspect(address: string): void {
    for (const backend of this.#backends.values()) if (backend.address === address) backend.suspect()
    this.#service.suspect(address)
    this.review()
  }

  timesOf(address: string): BackendTimes | undefined {
    for (const backend of this.#backends.values()) if (backend.address === address) return backend.times
    return undefined
  }

  close(): void {
    for (const backend of this.#backends.values()) backend.close()
    this.#backends.clear()
    this.#service.close()
  }

  #publish(): void {
    const healthy = [...this.#backends.values()].filter((backend) => backend.healthy).map(({ address }) => address)
    if (this.#healthy !== (this.#healthy = healthy.join())) this.#options.changed(healthy)
    this.review()
  }
}
