/**
 * Runs jobs one after the other for each key, several keys at a time: events of one object arrive in the order of its changes. Says when enough of them wait, so
 * that whoever brings them holds back.
 */
export class EventQueue {
  readonly #tails = new Map<string, Promise<void>>()
  readonly #most: { readonly jobs: number; readonly bytes: number }
  #jobs = 0
  #bytes = 0
  #room: PromiseWithResolvers<void> | undefined

  /** `most`: what may wait before there is no room. */
  constructor(most: { readonly jobs: number; readonly bytes: number }) {
    this.#most = most
  }

  /** Takes a job, which must not reject; `bytes` is what it keeps. Without room it is taken all the same: see {@link room}. */
  put(key: string, bytes: number, job: () => Promise<void>): void {
    this.#jobs++
    this.#bytes += bytes
    const tail = (this.#tails.get(key) ?? Promise.resolve()).then(job).finally(() => {
      this.#jobs--
      this.#bytes -= bytes
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
      // At half, so that a watch goes on with more than one event at a time.
      if (this.#jobs <= this.#most.jobs / 2 && this.#bytes <= this.#most.bytes / 2) this.#room?.resolve()
    })
    this.#tails.set(key, tail)
  }

  /** Undefined while there is room; otherwise what resolves when there is some again. */
  room(): Promise<void> | undefined {
    if (this.#jobs < this.#most.jobs && this.#bytes < this.#most.bytes) return undefined
    if (this.#room === undefined) {
      this.#room = Promise.withResolvers()
      void this.#room.promise.then(() => (this.#room = undefined))
    }
    return this.#room.promise
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.allSettled(this.#tails.values())
  }
}
