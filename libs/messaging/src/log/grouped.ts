/** Work of which one run serves all who asked before it began: a sync of a directory that many have changed. */
export class Grouped {
  readonly #work: () => Promise<void>
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(work: () => Promise<void>) {
    this.#work = work
  }

  /** Settles as the first run does that begins from now on. */
  run(): Promise<void> {
    if (this.#running === undefined) return this.#begin()
    const running = this.#running
    return (this.#next ??= running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#begin()
      }))
  }

  #begin(): Promise<void> {
    const running = this.#work().finally(() => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
    return running
  }
}
