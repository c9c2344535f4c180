import { keyText, parseKey, type KubeObject, type ObjectKey } from '@knative-ts/api'
import type { Referenced } from '@knative-ts/traffic'

/** Which Routes speak of which Configurations and Revisions, present or not, so that they are passed again when one changes. */
export class Tracker {
  readonly #routesOf = new Map<string, Set<string>>()
  readonly #targetsOf = new Map<string, readonly string[]>()

  /** Replaces what was known of the Route. */
  track(route: ObjectKey, { configurations, revisions }: Referenced): void {
    const key = keyText(route)
    this.forget(route)
    const targets = [
      ...[...configurations].map((name) => `Configuration ${route.namespace}/${name}`),
      ...[...revisions].map((name) => `Revision ${route.namespace}/${name}`)
    ]
    this.#targetsOf.set(key, targets)
    for (const target of targets) {
      const found = this.#routesOf.get(target)
      if (found === undefined) this.#routesOf.set(target, new Set([key]))
      else found.add(key)
    }
  }

  forget(route: ObjectKey): void {
    const key = keyText(route)
    for (const target of this.#targetsOf.get(key) ?? []) {
      const found = this.#routesOf.get(target)
      found?.delete(key)
      if (found?.size === 0) this.#routesOf.delete(target)
    }
    this.#targetsOf.delete(key)
  }

  /** The Routes that speak of an object. */
  routesOf = (object: KubeObject): readonly ObjectKey[] =>
    [...(this.#routesOf.get(`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`) ?? [])].map(parseKey)
}
