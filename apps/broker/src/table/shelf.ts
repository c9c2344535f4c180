import type { Edits } from './event-table.ts'

export interface ShelfOptions {
  /** Milliseconds that what a complete table leaves out still stays. */
  readonly lingerMs: number
}

/** Told of each change: without `before` a thing is new, without `after` it is gone. */
export type ShelfListener<T> = (before: T | undefined, after: T | undefined) => void

/** All things of one kind, by key. */
export class Shelf<T> {
  readonly #keyOf: (item: T) => string
  readonly #lingerMs: number
  readonly #items = new Map<string, T>()
  readonly #listeners: ShelfListener<T>[] = []
  /** Keys that the complete table under way has named. */
  #named = new Set<string>()
  /** Left out by a complete table, and not named since. */
  readonly #leaving = new Map<string, NodeJS.Timeout>()

  constructor(keyOf: (item: T) => string, { lingerMs }: ShelfOptions) {
    this.#keyOf = keyOf
    this.#lingerMs = lingerMs
  }

  get size(): number {
    return this.#items.size
  }

  get(key: string): T | undefined {
    return this.#items.get(key)
  }

  values(): IterableIterator<T> {
    return this.#items.values()
  }

  onChange(listener: ShelfListener<T>): void {
    this.#listeners.push(listener)
  }

  apply({ changed, removed }: Edits<T>, table: { readonly complete: boolean; readonly first: boolean; readonly continues: boolean }): void {
    if (table.complete && table.first) this.#named = new Set()
    for (const key of removed) this.#remove(key)
    for (const item of changed) this.#put(item, table.complete)
    if (!table.complete || table.continues) return
    for (const key of this.#items.keys()) if (!this.#named.has(key)) this.#leave(key)
  }

  #put(item: T, named: boolean): void {
    const key = this.#keyOf(item)
    if (named) this.#named.add(key)
    this.#stay(key)
    const before = this.#items.get(key)
    this.#items.set(key, item)
    for (const listener of this.#listeners) listener(before, item)
  }

  #remove(key: string): void {
    this.#stay(key)
    const before = this.#items.get(key)
    if (before === undefined) return
    this.#items.delete(key)
    for (const listener of this.#listeners) listener(before, undefined)
  }

  #leave(key: string): void {
    if (!this.#leaving.has(key)) this.#leaving.set(key, setTimeout(() => this.#remove(key), this.#lingerMs).unref())
  }

  #stay(key: string): void {
    clearTimeout(this.#leaving.get(key))
    this.#leaving.delete(key)
  }
}
