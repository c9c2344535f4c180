import type { Message } from '../channel-store.ts'

/** What was published and waits for its commit: one call of publish, or several, which are all told the same. */
export class Publication {
  readonly messages: Message[] = []
  /** Settles for all who published: made once and not for each call. */
  readonly settled: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: Error) => void
  #size = 0

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.settled = promise
    this.resolve = resolve
    this.reject = reject
  }

  /** Of its records, in bytes. */
  get size(): number {
    return this.#size
  }

  /** Messages whose records have `size` bytes come along. */
  add(messages: readonly Message[], size: number): void {
    for (const message of messages) this.messages.push(message)
    this.#size += size
  }
}
