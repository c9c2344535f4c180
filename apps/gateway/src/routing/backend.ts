/** One address that requests go to, however many backends have it. */
export interface Upstream {
  /** `ip:port` */
  readonly address: string
  /** Requests that are under way to it from this gateway. */
  inFlight: number
  /** Backends that have it. */
  backends: number
}

/**
 * Where the requests of one backend go now. A route holds its backend itself, not the name of it: a new list of addresses reaches every route at
 * once, and no request looks a name up.
 */
export class Backend {
  /** `namespace/service:port` */
  readonly key: string
  upstreams: readonly Upstream[] = []
  /** Its addresses speak HTTP/2 with prior knowledge. */
  h2c = false
  /** True while the table has it; a route may lead to a backend that is not there yet. */
  named = false
  /** Routes that lead to it, and requests that wait for it. */
  users = 0
  readonly #waiting = new Set<() => void>()

  constructor(key: string) {
    this.key = key
  }

  /** Wakes those who wait for other addresses. */
  changed(): void {
    for (const wake of this.#waiting) wake()
  }

  /** Resolves when its addresses are set anew, or after `ms`. */
  change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      this.#waiting.add(wake)
    })
  }
}
