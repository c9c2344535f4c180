import type { KubeObject } from '@knative-ts/api'

/** Which version of an object its controller wrote last: deciding on an older one of the cache would do things twice. */
export class WrittenVersions {
  readonly #versions = new Map<string, number>()

  /** `object` as the server answered the write. */
  wrote(object: KubeObject): void {
    this.#versions.set(object.metadata.uid ?? '', versionOf(object))
  }

  /** Whether the cache shows less than was written; the event that ends this is on its way. */
  isBehind(cached: KubeObject): boolean {
    const uid = cached.metadata.uid ?? ''
    if (versionOf(cached) < (this.#versions.get(uid) ?? 0)) return true
    this.#versions.delete(uid)
    return false
  }
}

const versionOf = (object: KubeObject): number => Number(object.metadata.resourceVersion ?? 0)
