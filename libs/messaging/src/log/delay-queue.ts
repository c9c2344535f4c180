import type { Clock } from './clock.ts'

interface Entry<T> {
  readonly at: number
  readonly value: T
}

/** Hands values on when their time has come. One timer, however many wait. */
export class DelayQueue<T> {
  readonly #clock: Clock
  readonly #onDue: (values: T[]) => void
  // A binary heap: no entry is due before its parent.
  readonly #heap: Entry<T>[] = []
  #timer: { readonly at: number; readonly cancel: () => void } | undefined

  constructor(clock: Clock, onDue: (values: T[]) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  /** Hands `value` on `ms` from now. */
  add(ms: number, value: T): void {
    const heap = this.#heap
    const entry = { at: this.#clock.now() + ms, value }
    let index = heap.push(entry) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if ((heap[parent] as Entry<T>).at <= entry.at) break
      heap[index] = heap[parent] as Entry<T>
      index = parent
    }
    heap[index] = entry
    this.#arm()
  }

  /** Forgets all. */
  clear(): void {
    this.#heap.length = 0
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    const first = this.#heap[0]
    if (first === undefined || (this.#timer !== undefined && this.#timer.at <= first.at)) return
    this.#timer?.cancel()
    // At most a day: Node's timers cannot wait longer than 24.8 of them.
    const ms = Math.min(Math.max(first.at - this.#clock.now(), 0), 86_400_000)
    const cancel = this.#clock.after(ms, () => {
      this.#timer = undefined
      this.#fire()
    })
    this.#timer = { at: first.at, cancel }
  }

  #fire(): void {
    const due: T[] = []
    for (let first = this.#heap[0]; first !== undefined && first.at <= this.#clock.now(); first = this.#heap[0]) {
      due.push(first.value)
      this.#removeFirst()
    }
    this.#arm()
    if (due.length > 0) this.#onDue(due)
  }

  #removeFirst(): void {
    const heap = this.#heap
    const moved = heap.pop()
    if (moved === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && (heap[child + 1] as Entry<T>).at < (heap[child] as Entry<T>).at) child++
      if ((heap[child] as Entry<T>).at >= moved.at) break
      heap[index] = heap[child] as Entry<T>
      index = child
    }
    heap[index] = moved
  }
}
