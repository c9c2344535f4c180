import { keyOf, keyText, type KubeObject, type ObjectKey } from '@knative-ts/api'
import type { Cache, Change } from './informer.ts'

/** The values an object is filed under. */
export type IndexFunction<T extends KubeObject> = (object: T) => readonly string[]

/** What is filed under one value: most often one object, and a map for it alone would weigh half as much as what a reconciler reads of it. */
type Filed<T> = T | Map<string, T>

/** Objects by name, by namespace, and by any number of indexes. Written by a reflector alone. */
export class IndexedCache<T extends KubeObject> {
  readonly #objects = new Map<string, T>()
  readonly #namespaces = new Map<string, Map<string, T>>()
  readonly #indexes = new Map<IndexFunction<T>, Map<string, Filed<T>>>()

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
    const found = this.#indexes.get(index)?.get(value)
    return found === undefined ? [] : found instanceof Map ? [...found.values()] : [found]
  }

  /** Files all objects, present and to come, by `index`. Adding the same function again changes nothing. */
  addIndex(index: IndexFunction<T>): void {
    if (this.#indexes.has(index)) return
    const files = new Map<string, Filed<T>>()
    this.#indexes.set(index, files)
    for (const [name, object] of this.#objects) file(files, index(object), name, object)
  }

  /** Puts `object`; returns what it replaced. */
  put(object: T): T | undefined {
    const name = keyText(keyOf(object))
    const before = this.#remove(name)
    this.#objects.set(name, object)
    const namespace = object.metadata.namespace ?? ''
    const own = this.#namespaces.get(namespace)
    if (own === undefined) this.#namespaces.set(namespace, new Map([[name, object]]))
    else own.set(name, object)
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
    const namespace = before.metadata.namespace ?? ''
    const own = this.#namespaces.get(namespace)
    own?.delete(name)
    if (own?.size === 0) this.#namespaces.delete(namespace)
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

function file<T extends KubeObject>(files: Map<string, Filed<T>>, values: readonly string[], name: string, object: T): void {
  for (const value of values) {
    const found = files.get(value)
    if (found instanceof Map) found.set(name, object)
    else if (found === undefined || nameOf(found) === name) files.set(value, object)
    else {
      files.set(
        value,
        new Map([
          [nameOf(found), found],
          [name, object]
        ])
      )
    }
  }
}

function unfile<T extends KubeObject>(files: Map<string, Filed<T>>, values: readonly string[], name: string): void {
  for (const value of values) {
    const found = files.get(value)
    if (found instanceof Map) {
      found.delete(name)
      if (found.size === 0) files.delete(value)
    } else if (found !== undefined && nameOf(found) === name) files.delete(value)
  }
}

const nameOf = (object: KubeObject): string => keyText(keyOf(object))
