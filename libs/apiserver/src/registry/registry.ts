/** All resource types that are served now: the built-in ones, and those of CustomResourceDefinitions as they come and go. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { builtinTypes } from './builtin-types.ts'
import { customTypes } from './custom-types.ts'
import { compareVersions } from './version-order.ts'
import type { ResourceType } from './resource-type.ts'

/** A served group with its versions, the preferred one first. */
export interface GroupVersions {
  readonly group: string
  readonly versions: readonly string[]
}

/** Lookup of resource types by path and by kind. Built-in groups come first, in discovery order; custom ones follow by name. */
export class Registry {
  readonly kubernetes: string
  readonly #builtin: readonly ResourceType[]
  readonly #custom = new Map<string, readonly ResourceType[]>()
  /** What the types of a definition were made of. */
  readonly #texts = new Map<string, string>()
  #aggregated: readonly ResourceType[] = []
  #byPlural = new Map<string, ResourceType>()
  #byKind = new Map<string, ResourceType>()
  #types: readonly ResourceType[] = []
  #groups: readonly GroupVersions[] = []
  readonly #listeners = new Set<() => void>()
  #version = 0

  private constructor(kubernetes: string, builtin: readonly ResourceType[]) {
    this.kubernetes = kubernetes
    this.#builtin = builtin
    this.#index()
  }

  /** Loads the built-in types; schemas are read later, on first use. Throws when the data files are missing. */
  static load(): Registry {
    const { kubernetes, types } = builtinTypes()
    return new Registry(kubernetes, types)
  }

  /** Grows by one with each change of what is served: caches of discovery and OpenAPI key on it. */
  get version(): number {
    return this.#version
  }

  /** The type behind `/apis/GROUP/VERSION/PLURAL` (group '' is the core group). */
  lookup(group: string, version: string, plural: string): ResourceType | undefined {
    return this.#byPlural.get(`${group}/${version}/${plural}`)
  }

  /** The type of objects with this `kind`. */
  byKind(group: string, version: string, kind: string): ResourceType | undefined {
    return this.#byKind.get(`${group}/${version}/${kind}`)
  }

  types(): readonly ResourceType[] {
    return this.#types
  }

  groups(): readonly GroupVersions[] {
    return this.#groups
  }

  /** Serves a definition's versions, in place of what it served before. The definition must have been validated. */
  addCustom(crd: k8s.CustomResourceDefinition): void {
    const name = crd.metadata.name ?? ''
    const text = JSON.stringify([crd.spec, crd.status?.acceptedNames])
    // A change of other things leaves the types as they are, and with them what was made for them.
    if (this.#texts.get(name) === text) return
    this.#texts.set(name, text)
    this.#custom.set(name, customTypes(crd))
    this.#index()
  }

  /** Stops to serve the definition of that name; unknown names are ignored. */
  removeCustom(name: string): void {
    this.#texts.delete(name)
    if (this.#custom.delete(name)) this.#index()
  }

  /** Serves the types of other API servers that this one answers for, after all others. Replaces what it had of them. */
  setAggregated(types: readonly ResourceType[]): void {
    this.#aggregated = types
    this.#index()
  }

  /** Called after each change of what is served. Returns the unsubscriber. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #index(): void {
    const custom = [...this.#custom.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, types]) => types)
    this.#types = [...this.#builtin, ...custom, ...this.#aggregated]
    this.#byPlural = new Map(this.#types.map((type) => [`${type.group}/${type.version}/${type.plural}`, type]))
    this.#byKind = new Map(this.#types.map((type) => [`${type.group}/${type.version}/${type.kind}`, type]))
    this.#groups = [
      ...groupsOf(this.#builtin, false),
      ...groupsOf(custom, true).sort((a, b) => (a.group < b.group ? -1 : 1)),
      ...groupsOf(this.#aggregated, true)
    ]
    this.#version++
    for (const listener of this.#listeners) listener()
  }
}

function groupsOf(types: readonly ResourceType[], sort: boolean): GroupVersions[] {
  const groups = new Map<string, string[]>()
  for (const { group, version } of types) {
    const versions = groups.get(group) ?? []
    if (!versions.includes(version)) versions.push(version)
    groups.set(group, versions)
  }
  return [...groups].map(([group, versions]) => ({ group, versions: sort ? versions.sort(compareVersions) : versions }))
}
