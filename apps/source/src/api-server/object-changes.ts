import type { KubeObject } from '@knative-ts/api'
import type { ReflectorTarget } from '@knative-ts/kube'
import type { Change } from './resource-event.ts'

/** Told of a change; a promise: what comes next waits for it. */
type Tell = (change: Change, object: KubeObject) => Promise<void> | undefined

/**
 * Tells the changes of one selection of objects. What the first list shows is told of nobody; what later lists show, after a watch that
 * broke, is compared with what was known, so that a gap loses no change. Objects that only a reference is wanted of are kept without content.
 * Who is told may hold the next change back by a promise.
 */
export class ObjectChanges implements ReflectorTarget<KubeObject> {
  readonly #kept = new Map<string, KubeObject>()
  readonly #keepWhole: boolean
  readonly #tell: Tell
  #listed = false

  constructor(keepWhole: boolean, tell: Tell) {
    this.#keepWhole = keepWhole
    this.#tell = tell
  }

  async replace(items: readonly KubeObject[]): Promise<void> {
    const gone = new Map(this.#kept)
    for (const item of items) {
      gone.delete(idOf(item))
      if (this.#listed) await this.#seen(item)
      else this.#keep(item)
    }
    for (const object of gone.values()) await this.#deleted(object)
    this.#listed = true
  }

  apply({ type, object }: { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }): Promise<void> | undefined {
    return type === 'DELETED' ? this.#deleted(object) : this.#seen(object)
  }

  #seen(object: KubeObject): Promise<void> | undefined {
    const known = this.#kept.get(idOf(object))
    if (known?.metadata.resourceVersion === object.metadata.resourceVersion && known !== undefined) return undefined
    this.#keep(object)
    return this.#tell(known === undefined ? 'add' : 'update', object)
  }

  #deleted(object: KubeObject): Promise<void> | undefined {
    return this.#kept.delete(idOf(object)) ? this.#tell('delete', object) : undefined
  }

  #keep(object: KubeObject): void {
    this.#kept.set(idOf(object), this.#keepWhole ? object : referenceOf(object))
  }
}

const idOf = ({ metadata }: KubeObject): string => metadata.uid ?? `${metadata.namespace}/${metadata.name}`

function referenceOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, ownerReferences } = metadata
  return {
    apiVersion,
    kind,
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(ownerReferences !== undefined && { ownerReferences })
    }
  }
}
