import type { StoreEvent, StoredObject } from './object-store.ts'

const none: readonly StoredObject[] = Object.freeze([])
/** So many changes may always wait for somebody who lists, and a quarter of what there is: kinds that nobody lists would collect all of theirs. */
const mostWaiting = 256

/** The durable objects of one resource: a map to look up, and sorted arrays that readers keep as snapshots. */
export class ResourceTable {
  readonly #objects = new Map<string, StoredObject>()
  readonly #byNamespace = new Map<string, readonly StoredObject[]>()
  /** Sorted by namespace then name; never changed in place. */
  #sorted: readonly StoredObject[] = none
  /** Changes that the sorted array has not seen yet. */
  #changes = new Map<string, StoredObject | undefined>()

  get size(): number {
    return this.#objects.size
  }

  get(namespace: string, name: string): StoredObject | undefined {
    return this.#objects.get(`${namespace}/${name}`)
  }

  apply({ type, current }: StoreEvent): void {
    const id = `${current.key.namespace}/${current.key.name}`
    const after = type === 'DELETED' ? undefined : current
    if (after === undefined) this.#objects.delete(id)
    else this.#objects.set(id, after)
    this.#changes.set(id, after)
    if (this.#changes.size > Math.max(mostWaiting, this.#objects.size / 4)) this.#sort()
  }

  list(namespace?: string): readonly StoredObject[] {
    this.#sort()
    if (namespace === undefined) return this.#sorted
    let slice = this.#byNamespace.get(namespace)
    if (slice === undefined) {
      slice = this.#sorted.slice(startOf(this.#sorted, namespace, ''), startOf(this.#sorted, `${namespace}\0`, ''))
      this.#byNamespace.set(namespace, slice)
    }
    return slice
  }

  #sort(): void {
    if (this.#changes.size === 0) return
    this.#sorted = withChanges(this.#sorted, this.#changes)
    this.#changes = new Map()
    this.#byNamespace.clear()
  }
}

/** A sorted copy of `sorted` with some states replaced, added, or (undefined) removed. Keys of `changes` are `namespace/name`. */
export function patched(sorted: readonly StoredObject[], changes: ReadonlyMap<string, StoredObject | undefined>): readonly StoredObject[] {
  const kept = sorted.filter(({ key }) => !changes.has(`${key.namespace}/${key.name}`))
  const added = [...changes.values()].filter((state) => state !== undefined)
  return [...kept, ...added].sort(byKey)
}

function withChanges(sorted: readonly StoredObject[], changes: ReadonlyMap<string, StoredObject | undefined>): readonly StoredObject[] {
  // A few changes: binary searches in a copy. Many: one sort, which is nearly linear as most of it is in order already.
  if (changes.size > 16) return patched(sorted, changes)
  const copy = [...sorted]
  for (const [id, state] of changes) {
    const slash = id.indexOf('/')
    const namespace = id.slice(0, slash)
    const name = id.slice(slash + 1)
    const at = startOf(copy, namespace, name)
    const there = copy[at]
    const found = there !== undefined && there.key.namespace === namespace && there.key.name === name
    if (state === undefined) copy.splice(at, found ? 1 : 0)
    else copy.splice(at, found ? 1 : 0, state)
  }
  return copy
}

/** Index of the first object at or after namespace and name. */
function startOf(sorted: readonly StoredObject[], namespace: string, name: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const { key } = sorted[middle] as StoredObject
    if (key.namespace < namespace || (key.namespace === namespace && key.name < name)) low = middle + 1
    else high = middle
  }
  return low
}

function byKey(a: StoredObject, b: StoredObject): number {
  if (a.key.namespace !== b.key.namespace) return a.key.namespace < b.key.namespace ? -1 : 1
  return a.key.name < b.key.name ? -1 : a.key.name > b.key.name ? 1 : 0
}
