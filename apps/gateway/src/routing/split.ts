import {
  type ForwardOptions,
  type HeaderEdits,
  type HeaderFields,
  knativeHeaders,
  networkHashHeader,
  networkProbeHeader
} from '@knative-ts/proxy'
import type { Backend } from './backend.ts'
import { routeEdits } from './route-edits.ts'

export interface SplitOptions {
  readonly backend: Backend
  readonly percent: number
  /** Headers that the split sets; they replace what the client sent under those names. */
  readonly headers: HeaderFields
  /** Names whose fields are dropped before. */
  readonly untrusted: readonly string[]
  /** '' keeps the client's Host. */
  readonly rewriteHost: string
}

/** A connect that is lost is sent again by the kernel after 1 s; who has not answered the second one is gone, and another address is asked. */
const connect = { timeoutMs: 2_500, attempts: 1, factor: 1 }

/**
 * One destination of a path. How its requests are forwarded is compiled with the first of them: of ten thousand routes few are asked for, and
 * compiled headers are the largest part of a route.
 */
export class Split {
  readonly backend: Backend
  readonly percent: number
  readonly #options: SplitOptions
  #edits: HeaderEdits | undefined
  #h1: ForwardOptions | undefined
  #h2c: ForwardOptions | undefined

  constructor(options: SplitOptions) {
    this.backend = options.backend
    this.percent = options.percent
    this.#options = options
  }

  /** Where the requests of this split go by the words of Knative; empty for a KIngress of another making. */
  get revision(): { readonly namespace: string; readonly name: string } {
    const { headers } = this.#options
    return { namespace: headers[knativeHeaders.namespace] ?? '', name: headers[knativeHeaders.revision] ?? '' }
  }

  get edits(): HeaderEdits {
    return (this.#edits ??= routeEdits(this.#options.untrusted, this.#options.headers))
  }

  /** This split as a status prober's request takes it: as a probe, which otherwise no client may send, with `hash` as its proof. */
  probing(hash: string | undefined): Split {
    const proof = hash === undefined ? {} : { [networkHashHeader]: hash }
    return new Split({ ...this.#options, headers: { ...this.#options.headers, [networkProbeHeader]: 'probe', ...proof } })
  }

  /** How a request goes to addresses that speak h2c, or do not. Upgrades exist in HTTP/1.1 alone, which h2c ports speak too. */
  forwarding(h2c: boolean, upgrade: string | undefined): ForwardOptions {
    return h2c && upgrade === undefined ? (this.#h2c ??= this.#compile('h2c')) : (this.#h1 ??= this.#compile('h1'))
  }

  #compile(protocol: 'h1' | 'h2c'): ForwardOptions {
    const { rewriteHost } = this.#options
    return { protocol, connect, edits: this.edits, retry: 'unsent-or-idempotent', ...(rewriteHost === '' ? {} : { host: rewriteHost }) }
  }
}
