import { customResourceDefinitions, type CustomResourceDefinition } from '@knative-ts/api/kubernetes'
import type { InformerFactory } from '@knative-ts/kube'

/** Kinds that somebody asked for and nobody has defined: watches for their definitions, from the first such question on. */
export class MissingKinds {
  readonly #factory: InformerFactory
  readonly #missing = new Set<string>()
  readonly #listeners = new Set<(kind: string) => void>()
  #watching = false

  constructor(factory: InformerFactory) {
    this.#factory = factory
  }

  /** Called with `group/version Kind` when a kind that is missed is defined: until it is served and found, perhaps more than once. */
  onDefined(listener: (kind: string) => void): void {
    this.#listeners.add(listener)
  }

  /** `kind`: `group/version Kind`. */
  miss(kind: string): void {
    this.#missing.add(kind)
    if (!this.#watching) this.#watch()
  }

  found(kind: string): void {
    this.#missing.delete(kind)
  }

  #watch(): void {
    this.#watching = true
    const informer = this.#factory.informer<CustomResourceDefinition>(customResourceDefinitions, { trim: definitionOf })
    informer.onChange(({ after }) => {
      if (after === undefined) return
      const { group, names, versions } = after.spec
      for (const { name } of versions) {
        const kind = `${group}/${name} ${names.kind}`
        if (this.#missing.has(kind)) for (const listener of this.#listeners) listener(kind)
      }
    })
  }
}

/** Which kinds a definition defines: its schemas are large. */
function definitionOf({ apiVersion, kind, metadata, spec }: CustomResourceDefinition): CustomResourceDefinition {
  const { name, uid, resourceVersion } = metadata
  const { group, names, scope } = spec
  const versions = spec.versions.map((version) => ({ name: version.name, served: version.served, storage: version.storage }))
  return { apiVersion, kind, metadata: { name, uid, resourceVersion }, spec: { group, names, scope, versions } } as CustomResourceDefinition
}
