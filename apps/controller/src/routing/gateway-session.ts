import type { FollowedTable, Sequenced, TableChange } from './followed-table.ts'

/** Who follows: a pod's name, and the address that endpoints know it by. */
export interface Hello {
  readonly gateway: string
  readonly address: string
}

/** One gateway (or other follower of a table) on one stream: what it was sent, how far it got, and so which versions it serves. */
export class GatewaySession<U extends Sequenced> {
  readonly gateway: string
  readonly address: string
  readonly #table: FollowedTable<U>
  /** Versions on their way: sequence to the keys that it completed, in order. */
  readonly #awaited: { readonly sequence: number; readonly keys: readonly string[] }[] = []
  #start: number | undefined
  #applied = 0

  constructor(hello: Hello, table: FollowedTable<U>) {
    this.gateway = hello.gateway
    this.address = hello.address
    this.#table = table
  }

  /** The first updates of the stream: all parts of the table. */
  begin(): readonly U[] {
    const parts = this.#table.complete()
    this.#start = this.#table.sequence
    return parts
  }

  /** A difference was sent. Returns what the gateway does not serve any more. */
  sent(change: TableChange<U>): ReadonlyMap<string, string> {
    if (change.published.length > 0) this.#awaited.push({ sequence: change.update.sequence, keys: change.published })
    return new Map(change.removed.map((key) => [key, '']))
  }

  /** The gateway reported. Returns the versions that it serves since. */
  applied(sequence: number): ReadonlyMap<string, string> {
    const served = new Map<string, string>()
    if (this.#start === undefined || sequence <= this.#applied) return served
    const first = this.#applied < this.#start && sequence >= this.#start
    this.#applied = sequence
    if (first) for (const [key, { version, sequence: at }] of this.#table.publishedKeys()) if (at <= sequence) served.set(key, version)
    while ((this.#awaited[0]?.sequence ?? Number.POSITIVE_INFINITY) <= sequence) {
      for (const key of this.#awaited.shift()?.keys ?? []) {
        const published = this.#table.published(key)
        if (published !== undefined && published.sequence <= sequence) served.set(key, published.version)
      }
    }
    return served
  }
}
