import type { Http2Stream } from './stream.ts'

const fewest = 16

function emptySlots(count: number): (Http2Stream | undefined)[] {
  return Array.from({ length: count }, () => undefined)
}

/**
 * The open streams of a connection by id. Not a Map: one that many short streams go through leaves its outgrown tables behind, each with the streams
 * of its time, and they grow old together. Open addressing over the ids, which come in sequence: a stream is nearly always in its own slot.
 */
export class StreamTable {
  #slots: (Http2Stream | undefined)[] = emptySlots(fewest)
  #size = 0

  get size(): number {
    return this.#size
  }

  get(id: number): Http2Stream | undefined {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let at = (id >>> 1) & mask; ; at = (at + 1) & mask) {
      const stream = slots[at]
      if (stream === undefined || stream.id === id) return stream
    }
  }

  /** Adds a stream whose id is not in the table. */
  add(stream: Http2Stream): void {
    if (++this.#size * 2 > this.#slots.length) this.#widen()
    this.#put(stream)
  }

  #put(stream: Http2Stream): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = (stream.id >>> 1) & mask
    while (slots[at] !== undefined) at = (at + 1) & mask
    slots[at] = stream
  }

  #widen(): void {
    const open = this.all()
    this.#slots = emptySlots(this.#slots.length * 2)
    for (const stream of open) this.#put(stream)
  }

  /** Takes a stream out; false when it was not in. */
  delete(id: number): boolean {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = (id >>> 1) & mask
    while (slots[at] !== undefined && slots[at]?.id !== id) at = (at + 1) & mask
    if (slots[at] === undefined) return false
    this.#size--
    slots[at] = undefined
    // Streams behind it that had to give way move up, so that a search may end at an empty slot.
    let hole = at
    for (let next = (at + 1) & mask; slots[next] !== undefined; next = (next + 1) & mask) {
      const stream = slots[next] as Http2Stream
      const home = (stream.id >>> 1) & mask
      if (((next - home) & mask) < ((next - hole) & mask)) continue
      slots[hole] = stream
      slots[next] = undefined
      hole = next
    }
    return true
  }

  /** All streams, as they are now. */
  all(): Http2Stream[] {
    const open: Http2Stream[] = []
    for (const stream of this.#slots) if (stream !== undefined) open.push(stream)
    return open
  }

  clear(): void {
    this.#slots = emptySlots(fewest)
    this.#size = 0
  }
}
