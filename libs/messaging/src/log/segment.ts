import { join } from 'node:path'

/** An index entry for so many bytes. */
const indexEvery = 256 << 10
const nameForm = /^([0-9a-f]{14})\.log$/

/** A frame's place: what it begins with, and where. */
export interface Landmark {
  readonly offset: number
  readonly at: number
  readonly time: number
}

/** One file of a topic: frames one after the other. Its name is the offset that it begins with. */
export class Segment {
  readonly base: number
  readonly path: string
  /** Where its sound and durable frames end. */
  bytes = 0
  /** The offset behind its last message. */
  end: number
  /** Times of its first and last message; undefined while it has none. */
  firstTime: number | undefined
  lastTime: number | undefined
  // Some frames by offset, ascending; what was only opened has those that were met.
  readonly #landmarks: Landmark[] = []

  constructor(directory: string, base: number) {
    this.base = base
    this.end = base
    this.path = join(directory, `${base.toString(16).padStart(14, '0')}.log`)
  }

  /** Bases of the segments among the names of a directory, ascending. */
  static basesIn(names: readonly string[]): number[] {
    const bases = names.map((name) => nameForm.exec(name)?.[1]).filter((hex) => hex !== undefined)
    return bases.map((hex) => Number.parseInt(hex, 16)).sort((left, right) => left - right)
  }

  /** Takes note of a frame that was written or read. */
  note(mark: Landmark): void {
    this.firstTime ??= mark.time
    const last = this.#landmarks.at(-1)
    if (last === undefined || mark.at >= last.at + indexEvery) this.#landmarks.push(mark)
  }

  /** Adds frames behind the last. */
  append(bytes: number, count: number, time: number): void {
    this.note({ offset: this.end, at: this.bytes, time })
    this.bytes += bytes
    this.end += count
    this.lastTime = time
  }

  /** The last known frame that `isBefore` holds for (it must hold for a first part of them); the beginning when it holds for none. */
  before(isBefore: (mark: Landmark) => boolean): Landmark {
    let low = 0
    let high = this.#landmarks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(this.#landmarks[middle] as Landmark)) low = middle + 1
      else high = middle
    }
    return this.#landmarks[low - 1] ?? { offset: this.base, at: 0, time: this.firstTime ?? 0 }
  }
}
