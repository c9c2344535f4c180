import { keyOf, keyText, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { equalJson, parseSelector, type Selection } from '@knative-ts/kube'

/** One committed change, as watches see it. */
export interface TableEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly storage: string
  readonly version: number
  readonly before?: KubeObject
  readonly object: KubeObject
}

/** All objects with their versions and the history of changes: the state behind a fake cluster. Hands out no copies; callers copy. */
export class ObjectTable {
  readonly #objects = new Map<string, Map<string, KubeObject>>()
  readonly #listeners = new Set<(event: TableEvent) => void>()
  readonly #history: TableEvent[] = []
  #version = 1
  #oldest = 0

  get version(): number {
    return this.#version
  }

  /** Changes after `version`; undefined when they are forgotten. */
  since(version: number): readonly TableEvent[] | undefined {
    return version < this.#oldest ? undefined : this.#history.filter((event) => event.version > version)
  }

  /** Forgets the history: watches from an older version get 410. */
  forgetHistory(): void {
    this.#oldest = this.#version
    this.#history.length = 0
  }

  get(resource: Resource, key: ObjectKey): KubeObject | undefined {
    return this.#objects.get(storageOf(resource))?.get(keyText(key))
  }

  all(): readonly KubeObject[] {
    return [...this.#objects.values()].flatMap((table) => [...table.values()])
  }

  select(resource: Resource, selection: Selection): readonly KubeObject[] {
    const matches = matcher(selection)
    const found = [...(this.#objects.get(storageOf(resource))?.values() ?? [])].filter(matches)
    return found.sort((a, b) => (keyText(keyOf(a)) < keyText(keyOf(b)) ? -1 : 1))
  }

  /** Stores a new state with the next version, unless nothing changed. Returns what is stored. */
  put(resource: Resource, object: KubeObject): KubeObject {
    const storage = storageOf(resource)
    const table = this.#objects.get(storage) ?? new Map<string, KubeObject>()
    this.#objects.set(storage, table)
    const name = keyText(keyOf(object))
    const before = table.get(name)
    if (before !== undefined && equalJson(withoutVersion(before), withoutVersion(object))) return before
    const version = ++this.#version
    const after = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
    table.set(name, after)
    const type = before === undefined ? 'ADDED' : 'MODIFIED'
    this.#publish({ type, storage, version, object: after, ...(before === undefined ? {} : { before }) })
    return after
  }

  remove(resource: Resource, key: ObjectKey): void {
    const storage = storageOf(resource)
    const before = this.#objects.get(storage)?.get(keyText(key))
    if (before === undefined) return
    this.#objects.get(storage)?.delete(keyText(key))
    const version = ++this.#version
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } }
    this.#publish({ type: 'DELETED', storage, version, before, object })
  }

  listen(listener: (event: TableEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #publish(event: TableEvent): void {
    this.#history.push(event)
    for (const listener of this.#listeners) listener(event)
  }
}

/** Name of a resource's table: the same for all its versions. */
export function storageOf(resource: Resource): string {
  return `${resource.group}/${resource.plural}`
}

/** Whether an object is selected. Field selectors compare any path by `=`, `==` or `!=`. */
export function matcher(selection: Selection): (object: KubeObject) => boolean {
  const labels = parseSelector(selection.labelSelector ?? '')
  const fields = (selection.fieldSelector ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map(fieldPredicate)
  const { namespace = '' } = selection
  return (object) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    labels(object.metadata.labels) &&
    fields.every((holds) => holds(object))
}

function fieldPredicate(part: string): (object: KubeObject) => boolean {
  const [, path = '', operator = '', value = ''] = /^([\w.]+)(==|=|!=)(.*)$/.exec(part) ?? []
  if (path === '') throw new Error(`invalid field selector "${part}"`)
  return (object) => {
    const found = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], object)
    return (String(found ?? '') === value) !== (operator === '!=')
  }
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata
  return { ...object, metadata }
}
