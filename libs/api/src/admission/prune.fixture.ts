import { customResourceDefinitions } from '../crds/index.ts'
import type { JSONSchemaProps } from '../kubernetes/index.ts'
import type { KubeObject, Resource } from '../object.ts'

const definitions = customResourceDefinitions()

/** What an API server does with a body before any webhook sees it: unknown fields go, the schema's defaults come. */
export function prune(resource: Resource, body: KubeObject): { readonly object: KubeObject; readonly unknown: readonly string[] } {
  const definition = definitions.find(({ spec }) => spec.group === resource.group && spec.names.plural === resource.plural)
  const schema = definition?.spec.versions.find(({ name }) => name === resource.version)?.schema?.openAPIV3Schema
  if (schema?.properties === undefined) throw new Error(`no schema for ${resource.plural}`)
  const unknown: string[] = []
  const { apiVersion, kind, metadata, ...rest } = body
  const kept = pruned(rest, { type: 'object', properties: schema.properties }, '', unknown) as object
  return { object: { apiVersion, kind, metadata, ...kept }, unknown: unknown.sort() }
}

function pruned(value: unknown, schema: JSONSchemaProps, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    const items = schema.items as JSONSchemaProps | undefined
    return items === undefined ? value : value.map((item, index) => pruned(item, items, `${path}[${index}]`, unknown))
  }
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    const property = schema.properties?.[key]
    const others = schema.additionalProperties
    if (property !== undefined) result[key] = pruned(inner, property, at, unknown)
    else if (typeof others === 'object') result[key] = pruned(inner, others as JSONSchemaProps, at, unknown)
    else if (schema['x-kubernetes-preserve-unknown-fields'] === true) result[key] = inner
    else unknown.push(at)
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default !== undefined && result[key] === undefined) result[key] = property.default
  }
  return result
}
