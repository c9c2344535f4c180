/**
 * Runs jobs one after the other for each key, several keys at a time, and waits with taking more while too many wait: events of one object
 * arrive in the order of its changes.
 */
export class EventQueue {
  readonly #work: (job: () => Promise<void>) => Promise<void>
  readonly #tails = new Map<string, Promise<void>>()
  readonly #most: number
  #waiting = 0
  #shed = 0

  /** `most`: jobs that may wait; what is offered beyond is refused. */
  constructor(most: number, work: (job: () => Promise<void>) => Promise<void> = (job) => job()) {
    this.#most = most
    this.#work = work
  }

  /** How many were refused. */
  get shed(): number {
    return this.#shed
  }

  /** False when too many wait. The job must not reject. */
  offer(key: string, job: () => Promise<void>): boolean {
    if (this.#waiting >= this.#most) {
      this.#shed++
      return false
    }
    this.#waiting++
    const tail = (this.#tails.get(key) ?? Promise.resolve())
      .then(() => this.#work(job))
      .finally(() => {
        this.#waiting--
        if (this.#tails.get(key) === tail) this.#tails.delete(key)
      })
    this.#tails.set(key, tail)
    return true
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.allSettled(this.#tails.values())
  }
}
