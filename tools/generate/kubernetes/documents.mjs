/** The API server's data: an index of resource types, the schemas that its walkers need, and the published definitions for clients. */
import { brotliCompressSync, constants } from 'node:zlib'
import { columnTable } from './columns.mjs'
import { goHabits, readGoTypes } from './go-types.mjs'
import { protobufTable } from './protobuf.mjs'
import { GROUPS, GROUP_VERSIONS, KUBERNETES } from './source.mjs'

const KEPT = [
  'type',
  'format',
  'required',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-patch-merge-key',
  'x-kubernetes-patch-strategy'
]

const short = (ref) => ref.slice(ref.lastIndexOf('/') + 1)

/** Go zero values that the documents carry on required fields: not defaults of the API. */
function isDefault(value) {
  return (
    value !== undefined && value !== '' && value !== 0 && value !== false && !(typeof value === 'object' && Object.keys(value).length === 0)
  )
}

/** One node without what only people read; `allOf: [{$ref}]` becomes a `$ref` beside its extras. */
function reduced(node) {
  const out = {}
  const ref = typeof node.$ref === 'string' ? node.$ref : node.allOf?.[0].$ref
  if (ref !== undefined) out.$ref = short(ref)
  for (const key of KEPT) if (node[key] !== undefined) out[key] = node[key]
  if (isDefault(node.default)) out.default = node.default
  if (node.items !== undefined) out.items = reduced(node.items)
  if (typeof node.additionalProperties === 'object') out.additionalProperties = reduced(node.additionalProperties)
  if (node.properties !== undefined)
    out.properties = Object.fromEntries(Object.entries(node.properties).map(([key, value]) => [key, reduced(value)]))
  return out
}

function withHabits(schema, habits) {
  if (habits === undefined || schema.properties === undefined) return schema
  return { ...schema, 'x-go-zero': habits.zero, ...(habits.pointers.length > 0 ? { 'x-go-pointers': habits.pointers } : {}) }
}

function definition(name, schema, go) {
  if (name.endsWith('.resource.Quantity')) return { format: 'quantity', 'x-kubernetes-int-or-string': true }
  if (name.endsWith('.intstr.IntOrString')) return { format: 'int-or-string', 'x-kubernetes-int-or-string': true }
  const open =
    schema.properties === undefined && schema.additionalProperties === undefined && (schema.type === undefined || schema.type === 'object')
  return open ? { ...reduced(schema), 'x-kubernetes-preserve-unknown-fields': true } : withHabits(reduced(schema), goHabits(name, go))
}

function sorted(entries) {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Resource types by group and version, subresources folded into their parents, as discovery answers them. */
function resourceIndex(source, collected) {
  const groups = GROUPS.map(({ group, versions }) => ({
    group,
    versions: versions.map((version) => {
      const rows = source.discovery({ group, version }).resources
      const resources = rows
        .filter((row) => !row.name.includes('/'))
        .map((row) => ({
          plural: row.name,
          singular: row.singularName,
          kind: row.kind,
          namespaced: row.namespaced,
          verbs: row.verbs,
          shortNames: row.shortNames,
          categories: row.categories,
          definition: collected.kinds.find((kind) => kind.group === group && kind.version === version && kind.resource.name === row.name)
            .definition,
          subresources: rows
            .filter((sub) => sub.name.startsWith(`${row.name}/`))
            .map((sub) => ({
              name: sub.name.slice(row.name.length + 1),
              kind: sub.kind,
              group: sub.group,
              version: sub.version,
              verbs: sub.verbs
            }))
        }))
      return { version, resources }
    })
  }))
  // Discovery lists groups by priority; the core group is apart and comes first.
  const order = ['', ...source.groups()]
  return { kubernetes: KUBERNETES, groups: groups.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group)) }
}

const compress = (value) => {
  const text = Buffer.from(JSON.stringify(value))
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } })
}

/** Drops the kinds of versions that are not served from a definition's list (`DeleteOptions` names every one). */
function servedOnly(schema) {
  const kinds = schema['x-kubernetes-group-version-kind']
  if (kinds === undefined) return schema
  const served = kinds.filter((kind) => GROUP_VERSIONS.some((one) => one.group === kind.group && one.version === kind.version))
  return { ...schema, 'x-kubernetes-group-version-kind': served }
}

/** The data files by name. */
export function documentFiles(source, collected) {
  const go = readGoTypes(source)
  const published = new Map()
  for (const groupVersion of GROUP_VERSIONS)
    for (const [name, schema] of Object.entries(source.openApi(groupVersion).components.schemas)) published.set(name, servedOnly(schema))
  const schemas = [...collected.definitions].map(([name, schema]) => [name, definition(name, schema, go)])
  const index = resourceIndex(source, collected)
  return new Map([
    ['resources.json', JSON.stringify(index)],
    ['columns.json.br', compress(columnTable(source, index))],
    ['schemas.json.br', compress(sorted(schemas))],
    ['definitions.json.br', compress(sorted(published))],
    ['protobuf.json.br', compress(protobufTable(source, collected, go))]
  ])
}
