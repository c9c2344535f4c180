import { OpenBlocks, pack, type PackedText } from './packed-text.ts'
import type { StateKeeper, StoredState } from './stored-state.ts'

/** JSON text (UTF-16 units) whose parsed form stays: the objects that are being worked with. */
const parsedSize = 8 << 20
/** Text that is not packed: what was written last is read most. Small clusters have nothing packed at all. */
const freshSize = 16 << 20
/** Text that is packed together: enough for objects to resemble each other, little enough to open for one of them. */
const blockSize = 64 << 10

interface Fresh {
  readonly states: StoredState[]
  size: number
}

/**
 * Bounds what stored states take, live ones and those of the history alike: the newest are kept as text, older ones of the resources with most of it packed,
 * and parsed are those that were looked at last.
 */
export class StateMemory implements StateKeeper {
  readonly #blocks = new OpenBlocks()
  readonly #fresh = new Map<string, Fresh>()
  #freshSize = 0
  #parsed: StoredState[] = []
  /** Parsed states before this index were let go; they are cut off now and then. */
  #first = 0
  #parsedSize = 0

  /** Takes a committed state, in the order of revisions. */
  keep(state: StoredState): void {
    state.keptBy(this)
    const fresh = this.#freshOf(state.key.resource)
    fresh.states.push(state)
    fresh.size += state.size
    this.#freshSize += state.size
    while (this.#freshSize > freshSize) this.#packOldest(this.#largest())
  }

  parsed(state: StoredState): void {
    this.#parsed.push(state)
    this.#parsedSize += state.size
    while (this.#parsedSize > parsedSize) {
      const oldest = this.#parsed[this.#first++] as StoredState
      // A second chance: what is read all the time outlives a list of everything.
      if (oldest.wasReadAgain()) {
        this.#parsed.push(oldest)
        continue
      }
      oldest.forget()
      this.#parsedSize -= oldest.size
    }
    if (this.#first > 1024 && this.#first * 2 > this.#parsed.length) {
      this.#parsed = this.#parsed.slice(this.#first)
      this.#first = 0
    }
  }

  read(packed: PackedText): string {
    return this.#blocks.read(packed)
  }

  #packOldest(fresh: Fresh): void {
    let [count, size] = [0, 0]
    while (count < fresh.states.length && size < blockSize) size += (fresh.states[count++] as StoredState).size
    const states = fresh.states.splice(0, count)
    fresh.size -= size
    this.#freshSize -= size
    const packed = pack(states.map(({ json }) => json))
    states.forEach((state, index) => state.pack(packed[index] as PackedText))
  }

  /** Shares of all resources tend to be equal: what there is little of stays as it is. */
  #largest(): Fresh {
    return [...this.#fresh.values()].reduce((largest, one) => (one.size > largest.size ? one : largest))
  }

  #freshOf(resource: string): Fresh {
    const known = this.#fresh.get(resource)
    if (known !== undefined) return known
    const made = { states: [], size: 0 }
    this.#fresh.set(resource, made)
    return made
  }
}
