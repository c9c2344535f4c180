/**
 * What OpenAPI does not say and a Go server does: which fields are always written, which may hold an explicit zero (pointers), and the
 * protobuf numbers. Read from the struct tags of the published `types.go` files.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { GROUP_VERSIONS } from './source.mjs'

const META = 'k8s.io/apimachinery/pkg/apis/meta/v1'

/** Package paths that hold the served kinds and their parts. */
function packages() {
  const own = GROUP_VERSIONS.map(({ group, version }) => {
    if (group === 'apiextensions.k8s.io') return `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/${version}`
    if (group === 'apiregistration.k8s.io') return `k8s.io/kube-aggregator/pkg/apis/apiregistration/${version}`
    return `k8s.io/api/${group === '' ? 'core' : group.split('.')[0]}/${version}`
  })
  return [META, 'k8s.io/apimachinery/pkg/runtime', 'k8s.io/api/apidiscovery/v2', ...own]
}

function directoryOf(roots, path) {
  for (const [prefix, directory] of roots) if (path.startsWith(`${prefix}/`)) return join(directory, path.slice(prefix.length + 1))
  throw new Error(`No Go module holds ${path}`)
}

/** `k8s.io/api/core/v1` -> `io.k8s.api.core.v1`: how OpenAPI names a Go package. */
const openApiPackage = (path) => path.replace('k8s.io', 'io.k8s').replaceAll('/', '.')

const IMPORTED = { metav1: META, v1: 'k8s.io/api/core/v1', corev1: 'k8s.io/api/core/v1', runtime: 'k8s.io/apimachinery/pkg/runtime' }

const FIELD = /^\t(?:(\w+)\s+)?(\*?[\w.[\]*]+)\s+`([^`]*)`/

function structsOf(text) {
  const structs = new Map()
  const named = new Map()
  for (const [, name, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    const fields = body.split('\n').flatMap((line) => {
      const match = FIELD.exec(line)
      if (match === null) return []
      const json = /json:"([^"]*)"/.exec(match[3])?.[1]
      if (json === undefined || json === '-') return []
      const [jsonName, ...options] = json.split(',')
      const proto = /protobuf:"\w+,(\d+),\w+(?:,name=(\w+))?/.exec(match[3])
      return [
        {
          go: match[1],
          type: match[2],
          json: jsonName,
          inline: options.includes('inline') || jsonName === '',
          omitempty: options.includes('omitempty'),
          omitzero: options.includes('omitzero'),
          protoName: proto?.[2],
          number: proto === null ? undefined : Number(proto[1])
        }
      ]
    })
    structs.set(name, fields)
  }
  for (const [, name, under] of text.matchAll(/^type (\w+) ([\w.[\]]+)$/gm)) named.set(name, under)
  return { structs, named }
}

/** All structs by OpenAPI definition name: `{fields, package}`, and the named non-struct types. */
export function readGoTypes(source) {
  const roots = source.protoRoots()
  const structs = new Map()
  const named = new Map()
  for (const path of packages()) {
    const directory = directoryOf(roots, path)
    const files = readdirSync(directory).filter(
      (file) => /^types.*\.go$/.test(file) && !file.includes('_test') && !file.includes('generated')
    )
    if (files.length === 0 && existsSync(join(directory, 'generated.proto'))) throw new Error(`${path} has no types.go`)
    for (const file of files) {
      const found = structsOf(readFileSync(join(directory, file), 'utf8'))
      for (const [name, fields] of found.structs) structs.set(`${openApiPackage(path)}.${name}`, { fields, path })
      for (const [name, under] of found.named) named.set(`${openApiPackage(path)}.${name}`, under)
    }
  }
  return { structs, named }
}

/** The OpenAPI name of a Go type as a struct of `path` spells it; undefined for Go's own types. */
export function definitionOf(type, path) {
  const bare = type.replace(/^\*/, '')
  const dot = bare.indexOf('.')
  if (dot < 0) return /^[A-Z]/.test(bare) ? `${openApiPackage(path)}.${bare}` : undefined
  const alias = bare.slice(0, dot)
  const from =
    {
      resource: 'k8s.io/apimachinery/pkg/api/resource',
      intstr: 'k8s.io/apimachinery/pkg/util/intstr',
      types: 'k8s.io/apimachinery/pkg/types'
    }[alias] ?? IMPORTED[alias]
  if (from === undefined) throw new Error(`Unknown import ${alias} in ${path}`)
  return `${openApiPackage(from)}.${bare.slice(dot + 1)}`
}

/** What Go writes for an unset field that it always writes. */
function zeroOf(field, path, go) {
  if (field.type.startsWith('*') || field.type.startsWith('[]') || field.type.startsWith('map[')) return null
  if (field.type === 'string') return ''
  if (field.type === 'bool') return false
  const definition = definitionOf(field.type, path)
  if (definition === undefined) return 0
  if (definition.endsWith('.IntOrString')) return 0
  if (definition.endsWith('.Quantity')) return '0'
  if (/\.(Time|MicroTime|RawExtension|JSON)$/.test(definition)) return null
  if (go.structs.has(definition)) return {}
  if (definition.endsWith('.types.UID')) return ''
  const under = go.named.get(definition)
  if (under === undefined) throw new Error(`${path}: cannot tell the zero value of ${field.type}`)
  return zeroOf({ type: under }, path, go)
}

/** Whether Go writes a field even with `omitempty`: that option does not see whether a struct is empty. */
function isStruct(field, zero) {
  if (/^[*[]|^map\[/.test(field.type)) return false
  if (zero === null) return /(^|\.)(Time|MicroTime|RawExtension|JSON)$/.test(field.type)
  return typeof zero === 'object' || /\.(IntOrString|Quantity)$/.test(field.type)
}

/**
 * Go's habits for one definition: `zero` (fields always written, with the value of an unset one) and `pointers` (fields whose explicit zero
 * survives). Undefined for definitions that are not Go structs.
 */
export function goHabits(definition, go) {
  const struct = go.structs.get(definition)
  if (struct === undefined) return undefined
  const zero = {}
  const pointers = []
  for (const field of struct.fields) {
    if (field.inline) {
      const inner = goHabits(definitionOf(field.type, struct.path), go)
      if (inner !== undefined) {
        Object.assign(zero, inner.zero)
        pointers.push(...inner.pointers)
      }
      continue
    }
    const value = zeroOf(field, struct.path, go)
    if (field.type.startsWith('*')) pointers.push(field.json)
    if (!field.omitempty && !field.omitzero) zero[field.json] = value
    else if (!field.omitzero && isStruct(field, value)) zero[field.json] = value
  }
  return { zero, pointers }
}
