import { rootCertificates } from 'node:tls'
import { createUpstreamPool, type IdleLimits, securedAddress, type UpstreamPool } from '@knative-ts/proxy'
import type { Target } from './target.ts'

/**
 * A connect that nobody answers is likely on its way to a pod that has gone: a Service sends the next one elsewhere. All tries together take a little
 * longer than Go's dialer waits (30 s), and are one attempt.
 */
const connect = { timeoutMs: 5_000, attempts: 3, factor: 2 }

/** Connections to destinations: those without TLS share one pool, and those that trust the same authorities another. */
export class Pools {
  #idle: IdleLimits
  readonly #plain: UpstreamPool
  readonly #secure = new Map<string, UpstreamPool>()

  constructor(idle: IdleLimits) {
    this.#idle = idle
    this.#plain = createUpstreamPool({ ...idle, connect })
  }

  /** The pool for a target, and the target's name in it at this address. */
  of({ secure, caCerts }: Target): UpstreamPool {
    if (!secure) return this.#plain
    const found = this.#secure.get(caCerts)
    if (found !== undefined) return found
    const authorities = caCerts === '' ? rootCertificates.join('\n') : caCerts
    const made = createUpstreamPool({ ...this.#idle, connect, authorities: () => authorities })
    this.#secure.set(caCerts, made)
    return made
  }

  /** A target's name in its pool, when `host:port` is where it is reached. */
  addressOf({ secure, hostname }: Target, socket: string): string {
    return secure ? securedAddress(hostname, socket) : socket
  }

  /** Changes how many connections are kept while nothing is sent, in each pool. */
  keepIdle(idle: IdleLimits): void {
    this.#idle = idle
    for (const pool of [this.#plain, ...this.#secure.values()]) pool.keepIdle(idle)
  }

  close(): void {
    this.#plain.close()
    for (const pool of this.#secure.values()) pool.close()
  }
}
