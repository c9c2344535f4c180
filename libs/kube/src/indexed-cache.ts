import { keyOf, keyText, type KubeObject, type ObjectKey } from '@knative-ts/api'
import type { Cache, Change } from './informer.ts'

/** The values an object is filed under. */
export type IndexFunction<T extends KubeObject> = (object: T) => readonly string[]

/** Objects by name, by namespace, and by any number of indexes. Written by a reflector alone. */
export class IndexedCache<T extends KubeObject> {
  readonly #objects = new Map<string, T>()
  readonly #namespaces = new Map<string, Map<string, T>>()
  readonly #indexes = new Map<IndexFunction<T>, Map<string, Map<string, T>>>()

  get(key: ObjectKey): T | undefined {
    return this.#objects.get(keyText(key))
  }

  list(namespace?: string): readonly T[] {
    return [...((namespace === undefined ? this.#objects : this.#namespaces.get(namespace))?.values() ?? [])]
  }

  keys(): string[] {
    return [...this.#objects.keys()]
  }

  /** Objects filed under `value` by a function that `addIndex` was called with. */
  filedUnder(index: IndexFunction<T>, value: string): readonly T[] {
    return [...(this.#indexes.get(index)?.get(value)?.values() ?? [])]
  }

  /** Files all objects, present and to come, by `index`. Adding the same function again changes nothing. */
  addIndex(index: IndexFunction<T>): void {
    if (this.#indexes.has(index)) return
    const files = new Map<string, Map<string, T>>()
    this.#indexes.set(index, files)
    for (const [name, object] of this.#objects) file(files, index(object), name, object)
  }

  /** Puts `object`; returns what it replaced. */
  put(object: T): T | undefined {
    const name = keyText(keyOf(object))
    const before = this.#remove(name)
    this.#objects.set(name, object)
    file(this.#namespaces, [object.metadata.namespace ?? ''], name, object)
    for (const [index, files] of this.#indexes) file(files, index(object), name, object)
    return before
  }

  /** Removes the object of that name; returns it. */
  remove(key: ObjectKey): T | undefined {
    return this.#remove(keyText(key))
  }

  #remove(name: string): T | undefined {
    const before = this.#objects.get(name)
    if (before === undefined) return undefined
    this.#objects.delete(name)
    unfile(this.#namespaces, [before.metadata.namespace ?? ''], name)
    for (const [index, files] of this.#indexes) unfile(files, index(before), name)
    return before
  }
}

/** The read side of `cache` with the index names of one consumer. Asking for an index that was not declared is a bug and throws. */
export function cacheView<T extends KubeObject>(cache: IndexedCache<T>, indexes: Readonly<Record<string, IndexFunction<T>>>): Cache<T> {
  for (const index of Object.values(indexes)) cache.addIndex(index)
  return {
    get: (key) => cache.get(key),
    list: (namespace) => cache.list(namespace),
    byIndex(name, value) {
      const index = indexes[name]
      if (index === undefined) throw new Error(`the informer was made without an index "${name}"`)
      return cache.filedUnder(index, value)
    }
  }
}

/** What must be told to turn the state before into the one after: an object made anew under an old name is gone first, then added. */
export function changesBetween<T extends KubeObject>(before: T | undefined, after: T | undefined): readonly Change<T>[] {
  if (before === undefined) return after === undefined ? [] : [{ after }]
  if (after === undefined) return [{ before }]
  if (before.metadata.uid !== after.metadata.uid) return [{ before }, { after }]
  return before.metadata.resourceVersion === after.metadata.resourceVersion ? [] : [{ before, after }]
}

function file<T>(files: Map<string, Map<string, T>>, values: readonly string[], name: string, object: T): void {
  for (const value of values) {
    const found = files.get(value)
    if (found === undefined) files.set(value, new Map([[name, object]]))
    else found.set(name, object)
  }
}

function unfile<T>(files: Map<string, Map<string, T>>, values: readonly string[], name: string): void {
  for (const value of values) {
    const found = files.get(value)
    found?.delete(name)
    if (found?.size === 0) files.delete(value)
  }
}
