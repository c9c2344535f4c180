import type { CloudEvent } from '../event/cloud-event.ts'
import { AnchorTable } from './anchor-table.ts'
import type { Filter } from './filter.ts'

interface Entry<T> {
  readonly filter: Filter
  readonly value: T
  /** By when it was set: what is found comes out in this order. */
  readonly order: number
  /** The last search that came upon it, so that a second anchor does not count. */
  seen: number
}

/**
 * Filters by what they are likely to match, so that the cost of an event follows the filters that match it and not those that are there:
 * each is filed under conditions that every match of it fulfils, and evaluated only when one of them holds. Those without such conditions
 * are evaluated for every event.
 */
export class FilterIndex<T> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #table = new AnchorTable<Entry<T>>()
  readonly #loose = new Set<Entry<T>>()
  #order = 0
  #search = 0

  /** How many filters are there. */
  get size(): number {
    return this.#entries.size
  }

  /** Files a filter, instead of the one that has this id, at the end of the order. */
  set(id: string, filter: Filter, value: T): void {
    this.delete(id)
    const entry: Entry<T> = { filter, value, order: this.#order++, seen: 0 }
    this.#entries.set(id, entry)
    if (filter.anchors === undefined) this.#loose.add(entry)
    else for (const anchor of filter.anchors.any) this.#table.add(anchor, entry)
  }

  /** Takes a filter out; an id that is not there is fine. */
  delete(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    this.#loose.delete(entry)
    for (const anchor of entry.filter.anchors?.any ?? []) this.#table.delete(anchor, entry)
  }

  /** The values of the filters that let the event through, in the order in which they were set. */
  match(event: CloudEvent): readonly T[] {
    // One alone needs no search.
    if (this.#entries.size === 1) return this.#matchOnly(event)
    const found: Entry<T>[] = []
    if (this.#loose.size < this.#entries.size) this.#findAnchored(event, found)
    for (const entry of this.#loose) if (entry.filter.matches(event)) found.push(entry)
    if (found.length > 1) found.sort((one, other) => one.order - other.order)
    return found.map(({ value }) => value)
  }

  #matchOnly(event: CloudEvent): readonly T[] {
    for (const { filter, value } of this.#entries.values()) if (filter.matches(event)) return [value]
    return []
  }

  #findAnchored(event: CloudEvent, found: Entry<T>[]): void {
    const search = ++this.#search
    this.#table.find(event.attributes, (entry) => {
      if (entry.seen === search) return
      entry.seen = search
      if (entry.filter.anchors?.whole === true || entry.filter.matches(event)) found.push(entry)
    })
  }
}
