import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'

/** What was found out about a name. */
export type Found = { readonly address: string } | { readonly problem: string }

/** As node:dns has it, for one address of each that a name has. */
export type Lookup = (
  hostname: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: readonly { readonly address: string }[]) => void
) => void

/** Milliseconds that an answer counts; one that was found is used beyond that while it is asked for again. */
const fresh = { foundMs: 5_000, problemMs: 1_000 }
/**
 * Look-ups at a time. They are made by threads of a small pool, which the log's writes need too: names that no server answers for must not take all of them.
 */
const mostAtOnce = 2

interface Known {
  found: Found | undefined
  at: number
  asking: boolean
  waiting: ((found: Found) => void)[]
}

/** Addresses of host names. */
export class Names {
  readonly #lookup: Lookup
  readonly #now: () => number
  readonly #known = new Map<string, Known>()
  readonly #queue: string[] = []
  #running = 0

  /** @param now milliseconds, monotonic */
  constructor(lookup: Lookup = systemLookup as Lookup, now: () => number = () => performance.now()) {
    this.#lookup = lookup
    this.#now = now
  }

  /** What is known of a name, asked for when it is old; undefined when it has to be waited for (`resolve`). */
  peek(hostname: string): Found | undefined {
    if (isIP(hostname) !== 0 || hostname.startsWith('[') || isLocal(hostname)) return { address: hostname }
    const known = this.#known.get(hostname)
    if (known?.found === undefined) return undefined
    const old = this.#now() - known.at > ('address' in known.found ? fresh.foundMs : fresh.problemMs)
    if (!old) return known.found
    this.#ask(hostname, known)
    return 'address' in known.found ? known.found : undefined
  }

  /** Calls `done` when the name has been looked up. */
  resolve(hostname: string, done: (found: Found) => void): void {
    let known = this.#known.get(hostname)
    if (known === undefined) this.#known.set(hostname, (known = { found: undefined, at: 0, asking: false, waiting: [] }))
    known.waiting.push(done)
    this.#ask(hostname, known)
  }

  #ask(hostname: string, known: Known): void {
    if (known.asking) return
    known.asking = true
    this.#queue.push(hostname)
    this.#next()
  }

  #next(): void {
    while (this.#running < mostAtOnce) {
      const hostname = this.#queue.shift()
      if (hostname === undefined) return
      this.#running++
      this.#lookup(hostname, { all: true }, (error, addresses) => {
        this.#running--
        this.#answered(hostname, error, addresses)
        this.#next()
      })
    }
  }

  #answered(hostname: string, error: NodeJS.ErrnoException | null, addresses: readonly { readonly address: string }[]): void {
    const known = this.#known.get(hostname)
    if (known === undefined) return
    known.asking = false
    known.at = this.#now()
    // With several addresses the connection chooses: one of them may be of a family that leads nowhere.
    const [first, ...others] = addresses ?? []
    if (error !== null || first === undefined) known.found = { problem: `dial tcp: lookup ${hostname}: ${reasonOf(error)}` }
    else known.found = { address: others.length > 0 ? hostname : first.address.includes(':') ? `[${first.address}]` : first.address }
    const { found } = known
    for (const done of known.waiting.splice(0)) done(found)
    if ('problem' in found) setTimeout(() => this.#forget(hostname, known), 60_000).unref()
  }

  /** Names that do not exist are many. */
  #forget(hostname: string, known: Known): void {
    if (!known.asking && known.found !== undefined && 'problem' in known.found) this.#known.delete(hostname)
  }
}

/** What `connect` knows better: addresses of this machine or pod. */
const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname.endsWith('.localhost')

function reasonOf(error: NodeJS.ErrnoException | null): string {
  if (error === null || error.code === 'ENOTFOUND' || error.code === 'ENODATA') return 'no such host'
  return error.code === 'EAI_AGAIN' ? 'server misbehaving' : error.message
}
