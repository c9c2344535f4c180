/**
 * Lets so many held requests go on in one turn of the event loop, the revisions one after the other. When the pods of a revision come, thousands of its
 * requests may go at once: without this everybody else's would wait until all have been sent.
 */
export class Turns {
  readonly #perTurn: number
  /** Who waits for a turn, by revision; the revision that is next comes first. */
  readonly #waiting = new Map<object, (() => void)[]>()
  #left: number
  #scheduled = false

  constructor(perTurn: number) {
    this.#perTurn = perTurn
    this.#left = perTurn
  }

  /** Resolves when a request of `revision` may go on. Never rejects. */
  take(revision: object): Promise<void> | undefined {
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(this.#next)
    }
    if (this.#left > 0) {
      this.#left--
      return undefined
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(revision)
    if (waiting === undefined) this.#waiting.set(revision, [resolve])
    else waiting.push(resolve)
    return promise
  }

  readonly #next = (): void => {
    this.#left = this.#perTurn
    this.#scheduled = this.#waiting.size > 0
    if (this.#scheduled) setImmediate(this.#next)
    while (this.#left > 0 && this.#waiting.size > 0) this.#letOneGo()
  }

  #letOneGo(): void {
    const [[revision, waiting]] = this.#waiting as unknown as [[object, (() => void)[]]]
    this.#waiting.delete(revision)
    const go = waiting.shift()
    if (waiting.length > 0) this.#waiting.set(revision, waiting)
    this.#left--
    go?.()
  }
}
