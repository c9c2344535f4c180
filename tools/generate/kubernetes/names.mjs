/** Short TypeScript names for the definitions of Kubernetes' OpenAPI documents. */
import { GROUP_VERSIONS, pathOf } from './source.mjs'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.'

/** Definitions that TypeScript says better than an interface. */
export const SCALARS = new Map([
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', 'string'],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', 'number | string'],
  [`${META}Time`, 'string'],
  [`${META}MicroTime`, 'string'],
  [`${META}FieldsV1`, 'Record<string, unknown>'],
  ['io.k8s.apimachinery.pkg.runtime.RawExtension', 'Record<string, unknown>'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON', 'unknown'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray', 'JSONSchemaProps | JSONSchemaProps[]'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool', 'JSONSchemaProps | boolean'],
  ['io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray', 'JSONSchemaProps | string[]'],
  [`${META}ObjectMeta`, 'ObjectMeta'],
  [`${META}OwnerReference`, 'OwnerReference']
])

/** Kinds that only subresources read or write. */
const SUBRESOURCES = ['io.k8s.api.autoscaling.v1.Scale', 'io.k8s.api.policy.v1.Eviction', 'io.k8s.api.authentication.v1.TokenRequest']

/** Wire types of the API machinery that no served kind refers to, but that clients and servers name. */
const ALSO = ['Status', 'ManagedFieldsEntry', 'DeleteOptions', 'Condition', 'LabelSelector'].map((name) => META + name)

const refName = (ref) => ref.slice(ref.lastIndexOf('/') + 1)

function refsIn(node, found) {
  if (Array.isArray(node)) for (const item of node) refsIn(item, found)
  else if (node !== null && typeof node === 'object')
    for (const [key, value] of Object.entries(node)) {
      if (key === '$ref' && typeof value === 'string') found.add(refName(value))
      else refsIn(value, found)
    }
}

function* definitionsOf(document, roots) {
  const schemas = document.components.schemas
  const waiting = [...roots]
  const seen = new Set()
  for (const name of waiting) {
    if (seen.has(name) || schemas[name] === undefined) continue
    seen.add(name)
    yield [name, schemas[name]]
    const refs = new Set()
    refsIn(schemas[name].properties ?? schemas[name].additionalProperties, refs)
    waiting.push(...[...refs].sort())
  }
}

const pascal = (text) => text.replace(/(?:^|[.-])([a-z])/g, (_, letter) => letter.toUpperCase())

/** `io.k8s.api.events.v1.Event` -> group word `events`, version `v1`, name `Event`. */
function partsOf(definition) {
  const [name, version, word] = definition.split('.').toReversed()
  return { name, version, word }
}

/**
 * Collects the served kinds and every definition that they reach, and names them: the first group to need a name keeps it, an older
 * version of the same group gets the version as suffix, another group its own word as prefix.
 */
export function collect(source) {
  const definitions = new Map()
  const kinds = []
  for (const groupVersion of GROUP_VERSIONS) {
    const document = source.openApi(groupVersion)
    const byKind = new Map()
    for (const [definition, schema] of Object.entries(document.components.schemas)) {
      const declared = schema['x-kubernetes-group-version-kind']
      if (declared?.length === 1 && declared[0].group === groupVersion.group && declared[0].version === groupVersion.version)
        byKind.set(declared[0].kind, definition)
    }
    const resources = source.discovery(groupVersion).resources.filter((resource) => !resource.name.includes('/'))
    const roots = resources.map((resource) => byKind.get(resource.kind))
    for (const resource of resources) kinds.push({ ...groupVersion, resource, definition: byKind.get(resource.kind) })
    for (const [definition, schema] of definitionsOf(document, [...roots, ...SUBRESOURCES, ...ALSO])) definitions.set(definition, schema)
    if (roots.includes(undefined)) throw new Error(`${pathOf(groupVersion)}: a resource's kind has no definition`)
  }
  return { definitions, kinds, names: nameAll(definitions), tops: new Set([...kinds.map((kind) => kind.definition), ...SUBRESOURCES]) }
}

function nameAll(definitions) {
  const names = new Map()
  const taken = new Map()
  for (const definition of definitions.keys()) {
    const { name, version, word } = partsOf(definition)
    const holder = taken.get(name)
    const short = holder === undefined ? name : partsOf(holder).word === word ? `${name}${version.toUpperCase()}` : `${pascal(word)}${name}`
    if (taken.has(short)) throw new Error(`Two definitions want the name ${short}: ${taken.get(short)} and ${definition}`)
    taken.set(short, definition)
    names.set(definition, short)
  }
  return names
}
