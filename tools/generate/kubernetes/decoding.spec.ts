/**
 * What the webhook decodes of a pod agrees with Kubernetes' own description of it. Go's names, and whether an empty value is written back, stand in no
 * published document: they are by hand in libs/api/src/decoding, and everything else about them is checked here.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { container, probe } from '../../../libs/api/src/decoding/container-shape.ts'
import type { Shape, Struct } from '../../../libs/api/src/decoding/shape.ts'
import { serviceShape } from '../../../libs/api/src/decoding/serving-shape.ts'
import { volume } from '../../../libs/api/src/decoding/volume-shape.ts'
import { root } from '../tree.mjs'

interface Schema {
  readonly type?: string
  readonly format?: string
  readonly $ref?: string
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly additionalProperties?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}
const core = 'io.k8s.api.core.v1.'
const definitions = JSON.parse(
  brotliDecompressSync(readFileSync(join(root, 'libs/apiserver/data/definitions.json.br'))).toString()
) as Readonly<Record<string, Schema>>

/** Ours, with a name that core/v1 has as well. */
const ours = ['Service', 'ServiceSpec', 'ServiceStatus', 'ContainerStatus', 'ObjectMeta']

/** Serving takes none of them, and its definitions do not have them: the API server leaves them out with a warning, or refuses them (e2e/conformance/kinds). */
const dropped = [
  'Container.restartPolicyRules',
  'EnvVarSource.fileKeyRef',
  'VolumeProjection.clusterTrustBundle',
  'VolumeProjection.podCertificate'
]

const structs = new Map<string, Struct>()
collect(container)
collect(probe)
collect(volume)
collect(serviceShape)

function collect(shape: Shape): void {
  if (shape.kind === 'list' || shape.kind === 'map') collect(shape.of)
  if (shape.kind !== 'struct') return
  const name = shape.go.replace(/^v1\./, '')
  if (definitions[core + name] !== undefined && !ours.includes(name)) structs.set(name, shape)
  for (const field of Object.values(shape.fields)) collect(field.shape)
}

/** What a description says a value is, in the words of shapes; structs by name. */
function described(schema: Schema): string {
  const to = schema.$ref ?? schema.allOf?.[0]?.$ref
  if (to !== undefined) {
    const name = to.split('/').at(-1) ?? ''
    if (name.endsWith('.Quantity')) return 'quantity'
    return name.endsWith('.IntOrString') ? 'intOrString' : `struct ${name.split('.').at(-1)}`
  }
  if (schema.type === 'array') return `list of ${described(schema.items ?? {})}`
  if (schema.type === 'object') return `map of ${described(schema.additionalProperties ?? {})}`
  if (schema.type === 'integer') return schema.format ?? 'int32'
  return schema.type === 'boolean' ? 'bool' : (schema.type ?? 'anything')
}

function shaped(shape: Shape): string {
  if (shape.kind === 'list') return `list of ${shaped(shape.of)}`
  if (shape.kind === 'map') return `map of ${shaped(shape.of)}`
  if (shape.kind === 'struct' || shape.kind === 'opaque') return `struct ${shape.go.replace(/^v1\./, '')}`
  return shape.kind
}

describe('what is decoded of a pod', () => {
  it('is most of what a template has', () => expect(structs.size).toBeGreaterThan(35))

  it.each([...structs])('%s has Kubernetes’ fields, of Kubernetes’ types', (name, { fields }) => {
    const { properties = {} } = definitions[core + name] ?? {}
    const known = Object.fromEntries(Object.keys(fields).map((field) => [field, described(properties[field] ?? { type: 'no such field' })]))
    expect(Object.fromEntries(Object.entries(fields).map(([field, { shape }]) => [field, shaped(shape)]))).toEqual(known)
  })

  it('leaves out what no template may have, and nothing else', () => {
    const missing = [...structs].flatMap(([name, { fields }]) =>
      Object.keys(definitions[core + name]?.properties ?? {})
        .filter((field) => !Object.hasOwn(fields, field))
        .map((field) => `${name}.${field}`)
    )
    expect(missing.filter((field) => !field.startsWith('Volume.')).sort()).toEqual(dropped)
  })
})
