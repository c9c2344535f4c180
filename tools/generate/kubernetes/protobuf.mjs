/** The protobuf table: for each message of the served kinds, field number -> JSON name, type, and how it nests. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import protobuf from 'protobufjs'

const PRIMITIVE = { string: 's', bytes: 'b', bool: '?', int32: 'i', int64: 'i', uint32: 'i', uint64: 'i', double: 'd' }

/** Kinds of the API machinery that clients send as bodies of their own, in any group version. */
const OPTIONS = ['DeleteOptions', 'CreateOptions', 'UpdateOptions', 'PatchOptions', 'Status'].map((kind) => [
  kind,
  `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`
])

/** What discovery answers with. */
const DISCOVERY = {
  ...Object.fromEntries(
    ['APIVersions', 'APIGroup', 'APIGroupList', 'APIResourceList'].map((kind) => [
      `v1/${kind}`,
      `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`
    ])
  ),
  'apidiscovery.k8s.io/v2/APIGroupDiscoveryList': 'io.k8s.api.apidiscovery.v2.APIGroupDiscoveryList'
}

/** A protobuf package cannot hold the hyphens of a Go module's name. */
const protoName = (definition) => definition.replace('io.k8s', 'k8s.io').replaceAll('-', '_')
const openApiName = (fullName) =>
  fullName.replace('.k8s.io', 'io.k8s').replace(/apiextensions_apiserver|kube_aggregator/, (word) => word.replace('_', '-'))

function loadProtos(roots) {
  const root = new protobuf.Root()
  const loaded = new Set()
  const load = (path) => {
    if (loaded.has(path)) return
    loaded.add(path)
    const prefix = [...roots.keys()].find((one) => path.startsWith(`${one}/`))
    if (prefix === undefined) throw new Error(`No Go module holds ${path}`)
    const file = join(roots.get(prefix), path.slice(prefix.length + 1))
    if (!existsSync(file)) throw new Error(`${path} is not in its Go module`)
    const parsed = protobuf.parse(readFileSync(file, 'utf8'), root, { keepCase: true })
    for (const next of parsed.imports ?? []) load(next)
  }
  return { root, load }
}

/** JSON name and habits of each field of a message, by field number, from the Go struct behind it. */
function jsonNames(definition, go) {
  const struct = go.structs.get(definition)
  if (struct === undefined) return undefined
  const names = new Map()
  for (const field of struct.fields) {
    // Go writes whatever is no pointer, zeros too.
    if (field.number !== undefined) names.set(field.number, { json: field.json, inline: field.inline, always: !field.type.startsWith('*') })
  }
  return names
}

/** How a field nests, or that Go writes it whether it is set or not. */
function modeOf(field, inline, always) {
  if (inline) return 'inline'
  if (field.map) return 'map'
  if (field.repeated) return 'list'
  return always && field.type !== 'bytes' ? 'always' : undefined
}

/** The table, reachable messages only. Definition names are OpenAPI's, so that schemas and messages meet. */
export function protobufTable(source, collected, go) {
  const { root, load } = loadProtos(source.protoRoots())
  const kinds = Object.fromEntries(OPTIONS)
  const tops = {}
  for (const definition of collected.tops) {
    const schema = collected.definitions.get(definition)
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'])
      tops[`${group === '' ? '' : `${group}/`}${version}/${kind}`] = definition
  }
  const messages = {}
  const waiting = [...Object.values(tops), ...Object.values(kinds), ...Object.values(DISCOVERY)]
  for (const definition of waiting) {
    if (messages[definition] !== undefined) continue
    const path = definition.split('.').slice(0, -1).join('/').replace('io/k8s', 'k8s.io')
    load(`${path}/generated.proto`)
    root.resolveAll()
    const type = root.lookupType(protoName(definition))
    const named = jsonNames(definition, go)
    messages[definition] = Object.fromEntries(
      type.fieldsArray.map((field) => {
        const { json, inline, always } = named?.get(field.id) ?? { json: field.name, inline: false, always: false }
        const message = field.resolvedType === null ? undefined : openApiName(field.resolvedType.fullName)
        if (message !== undefined) waiting.push(message)
        const mode = modeOf(field, inline, always)
        return [field.id, mode === undefined ? [json, message ?? PRIMITIVE[field.type]] : [json, message ?? PRIMITIVE[field.type], mode]]
      })
    )
  }
  return { kinds: tops, options: kinds, discovery: DISCOVERY, messages }
}
