/** A part of the table that KIngresses name: a backend, a certificate. */
export interface SharedPart {
  readonly key: string
}

/** What an update says of one kind of parts. */
export interface PartChanges<T> {
  readonly set: T[]
  readonly removed: string[]
}

/** The parts of one kind that some KIngress names, and who does. */
export class SharedParts<T extends SharedPart> {
  readonly #lookUp: (key: string, before: T | undefined) => T | undefined
  readonly #isComplete: (part: T) => boolean
  readonly #touched: () => void
  readonly #users = new Map<string, Set<string>>()
  readonly #parts = new Map<string, T>()
  readonly #dirty = new Set<string>()

  /**
   * `lookUp` reads what a part is now, given what it was; undefined when it is not there. `isComplete`: a KIngress that names it can be served. `touched` is called
   * when there is something to flush.
   */
  constructor(lookUp: (key: string, before: T | undefined) => T | undefined, isComplete: (part: T) => boolean, touched: () => void) {
    this.#lookUp = lookUp
    this.#isComplete = isComplete
    this.#touched = touched
  }

  values(): T[] {
    return [...this.#parts.values()]
  }

  /** True when a KIngress that names it can be served as far as this part goes. */
  isComplete(key: string): boolean {
    const part = this.#parts.get(key)
    return part !== undefined && this.#isComplete(part)
  }

  /** A KIngress names other parts than before. Calls `first` and `last` for those that got their first user or lost their last one. */
  link(
    ingress: string,
    before: ReadonlySet<string>,
    after: ReadonlySet<string>,
    { first, last }: { readonly first?: (key: string) => void; readonly last?: (key: string) => void } = {}
  ): void {
    for (const key of after) {
      const users = this.#users.get(key)
      if (users !== undefined) users.add(ingress)
      else {
        this.#users.set(key, new Set([ingress]))
        first?.(key)
        this.touch(key)
      }
    }
    for (const key of before) {
      const users = after.has(key) ? undefined : this.#users.get(key)
      users?.delete(ingress)
      if (users?.size !== 0) continue
      this.#users.delete(key)
      last?.(key)
      this.touch(key)
    }
  }

  /** What a part is made of changed. Cheap when no KIngress names it. */
  touch(key: string): void {
    if (!this.#users.has(key) && !this.#parts.has(key)) return
    this.#dirty.add(key)
    this.#touched()
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0
  }

  /** What changed since the last time; calls `completed` with each KIngress that may be served from now on. */
  flush(completed: (ingress: string) => void): PartChanges<T> {
    const changes: PartChanges<T> = { set: [], removed: [] }
    for (const key of this.#dirty) {
      const users = this.#users.get(key)
      const before = this.#parts.get(key)
      const now = users === undefined ? undefined : this.#lookUp(key, before)
      if (now === undefined) {
        if (this.#parts.delete(key)) changes.removed.push(key)
        continue
      }
      if (before !== undefined && JSON.stringify(before) === JSON.stringify(now)) continue
      this.#parts.set(key, now)
      changes.set.push(now)
      if (before !== undefined && this.#isComplete(before)) continue
      for (const user of users ?? []) completed(user)
    }
    this.#dirty.clear()
    return changes
  }
}
