import { rootCertificates } from 'node:tls'
import { createUpstreamPool, securedAddress, type UpstreamPool } from '@knative-ts/proxy'
import type { Target } from './target.ts'

/** Connections to destinations: those without TLS share one pool, and those that trust the same authorities another. */
export class Pools {
  readonly #idle: { readonly idlePerAddress: number; readonly idleTotal: number }
  readonly #plain: UpstreamPool
  readonly #secure = new Map<string, UpstreamPool>()

  constructor(idle: { readonly idlePerAddress: number; readonly idleTotal: number }) {
    this.#idle = idle
    this.#plain = createUpstreamPool(idle)
  }

  /** The pool for a target, and the target's name in it at this address. */
  of({ secure, caCerts }: Target): UpstreamPool {
    if (!secure) return this.#plain
    const found = this.#secure.get(caCerts)
    if (found !== undefined) return found
    const authorities = caCerts === '' ? rootCertificates.join('\n') : caCerts
    const made = createUpstreamPool({ ...this.#idle, authorities: () => authorities })
    this.#secure.set(caCerts, made)
    return made
  }

  /** A target's name in its pool, when `host:port` is where it is reached. */
  addressOf({ secure, hostname }: Target, socket: string): string {
    return secure ? securedAddress(hostname, socket) : socket
  }

  close(): void {
    this.#plain.close()
    for (const pool of this.#secure.values()) pool.close()
  }
}
