/** Resource types of the built-in groups, from the generated index. Schemas are linked when first asked for. */
import { readData } from '../openapi/data-directory.ts'
import { SchemaSet } from '../openapi/schema-set.ts'
import type { ResourceType } from './resource-type.ts'

interface IndexedSubresource {
  readonly name: string
  readonly kind: string
  readonly group?: string
  readonly version?: string
  readonly verbs: readonly string[]
}

interface IndexedResource {
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly definition: string
  readonly subresources: readonly IndexedSubresource[]
}

interface ResourceIndex {
  readonly kubernetes: string
  readonly groups: readonly {
    readonly group: string
    readonly versions: readonly { readonly version: string; readonly resources: readonly IndexedResource[] }[]
  }[]
}

function typeOf(group: string, version: string, indexed: IndexedResource): ResourceType {
  const { plural, singular, kind, namespaced, verbs, shortNames = [], categories = [], definition } = indexed
  const subresources = new Map(
    indexed.subresources.map((sub) => [
      sub.name,
      { verbs: sub.verbs, group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind }
    ])
  )
  // Events are one set of objects in two shapes; every other plural belongs to one group.
  const storage = plural === 'events' ? '/events' : `${group}/${plural}`
  return {
    group,
    version,
    plural,
    singular,
    kind,
    listKind: `${kind}List`,
    shortNames,
    categories,
    namespaced,
    verbs,
    subresources,
    storage,
    get schema() {
      return SchemaSet.builtin().get(definition)
    }
  }
}

let kinds: ReadonlySet<string> | undefined

/** Whether Kubernetes has a kind of that name there, served as a resource. */
export function isBuiltinKind(group: string, version: string, kind: string): boolean {
  kinds ??= new Set(builtinTypes().types.map((type) => `${type.group}/${type.version}/${type.kind}`))
  return kinds.has(`${group}/${version}/${kind}`)
}

/** The Kubernetes release whose API is served, and its resource types: groups in discovery order, preferred version first. */
export function builtinTypes(): { readonly kubernetes: string; readonly types: readonly ResourceType[] } {
  const index = readData<ResourceIndex>('resources.json')
  const types = index.groups.flatMap(({ group, versions }) =>
    versions.flatMap(({ version, resources }) => resources.map((resource) => typeOf(group, version, resource)))
  )
  return { kubernetes: index.kubernetes, types }
}
