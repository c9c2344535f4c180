/** The highest value of the last `slots` ticks: what scale-down-delay keeps. Amortised constant time by a falling queue. */
export class MaxWindow {
  readonly #tickMs: number
  #slots: number
  #falling: { readonly tick: number; readonly value: number }[] = []

  /** `delayMs` over `tickMs`, rounded up, are the slots; at least one. */
  constructor(delayMs: number, tickMs: number) {
    this.#tickMs = tickMs
    this.#slots = slotsOf(delayMs, tickMs)
  }

  /** Another delay from now on: what is older than a shorter one is forgotten at the next tick, and what was forgotten stays so. */
  resize(delayMs: number): void {
    this.#slots = slotsOf(delayMs, this.#tickMs)
  }

  /** Records a value at a tick number (not falling) and returns the highest of the window that ends there. */
  record(tick: number, value: number): number {
    this.#falling = this.#falling.filter((entry) => entry.tick > tick - this.#slots && entry.value > value)
    this.#falling.push({ tick, value })
    return this.#falling[0]?.value ?? value
  }
}

const slotsOf = (delayMs: number, tickMs: number): number => Math.max(1, Math.ceil(delayMs / tickMs))
