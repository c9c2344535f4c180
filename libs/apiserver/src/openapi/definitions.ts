/** Definitions as `/openapi/v3` publishes them: the built-in ones with all descriptions, custom ones made from their schema. */
import type { ResourceType } from '../registry/resource-type.ts'
import { isObject, type JsonObject } from '../schema/json.ts'
import { readData } from './data-directory.ts'

const REF = '#/components/schemas/'
export const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.'

export const refTo = (definition: string) => ({ $ref: REF + definition })

/** The built-in definitions by name. Read anew each time: documents are asked for rarely, and the parsed text is some megabytes. */
export function publishedDefinitions(): Readonly<Record<string, JsonObject>> {
  return readData('definitions.json.br')
}

interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

const kindKey = ({ group, version, kind }: GroupVersionKind) => `${group}/${version}/${kind}`

/** Definition names by `group/version/kind`, for definitions of exactly one kind. */
export function kindIndex(definitions: Readonly<Record<string, JsonObject>>): (of: GroupVersionKind) => string | undefined {
  const index = new Map<string, string>()
  for (const [name, definition] of Object.entries(definitions)) {
    const kinds = (definition['x-kubernetes-group-version-kind'] ?? []) as GroupVersionKind[]
    if (kinds.length === 1 && kinds[0] !== undefined) index.set(kindKey(kinds[0]), name)
  }
  return (of) => index.get(kindKey(of))
}

/** `example.com`, `v1`, `Widget` -> `com.example.v1.Widget`. */
function customName(type: ResourceType, kind: string): string {
  return [...type.group.split('.').toReversed(), type.version, kind].join('.')
}

const API_VERSION = {
  type: 'string',
  description:
    'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources'
}
const KIND = {
  type: 'string',
  description:
    'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds'
}
const metadata = (kind: string) => ({
  description:
    'Standard object metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
  allOf: [refTo(META + kind)]
})

/** The definitions of a custom type and of its list. */
export function customDefinitions(type: ResourceType): Record<string, JsonObject> {
  const { group, version, kind, listKind } = type
  const { properties, ...rest } = type.schema
  const own = { ...properties, apiVersion: API_VERSION, kind: KIND, metadata: metadata('ObjectMeta') }
  const [name, listName] = [customName(type, kind), customName(type, listKind)]
  const items = { type: 'array', description: `List of ${type.plural}.`, items: refTo(name) }
  return {
    [name]: { ...rest, properties: own, 'x-kubernetes-group-version-kind': [{ group, version, kind }] },
    [listName]: {
      type: 'object',
      description: `${listKind} is a list of ${kind}`,
      required: ['items'],
      properties: { apiVersion: API_VERSION, kind: KIND, items, metadata: metadata('ListMeta') },
      'x-kubernetes-group-version-kind': [{ group, version, kind: listKind }]
    }
  }
}

/** `definitions` cut down to what the nodes refer to, directly or not. */
export function reachable(definitions: Readonly<Record<string, JsonObject>>, from: unknown): Record<string, JsonObject> {
  const found = new Map<string, JsonObject>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit)
    if (!isObject(node)) return
    // `$ref` is also the name of a property of JSONSchemaProps: only a text is a reference.
    if (typeof node.$ref === 'string' && node.$ref.startsWith(REF)) {
      const name = node.$ref.slice(REF.length)
      const definition = definitions[name]
      if (definition === undefined || found.has(name)) return
      found.set(name, definition)
      visit(definition)
    } else Object.values(node).forEach(visit)
  }
  visit(from)
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
