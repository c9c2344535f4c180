import type { Cancellation } from '@knative-ts/throttling'

/** Ends one wait, for whichever reason comes first. An AbortController does the same and costs more than the rest of a held request. */
export class Leave implements Cancellation {
  #left = false
  #listener: (() => void) | undefined

  get aborted(): boolean {
    return this.#left
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listener = listener
  }

  removeEventListener(): void {
    this.#listener = undefined
  }

  readonly leave = (): void => {
    if (this.#left) return
    this.#left = true
    this.#listener?.()
  }
}
