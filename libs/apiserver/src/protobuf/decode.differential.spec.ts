import { describe, expect, it } from '@jest/globals'
import type { ApiError } from '@knative-ts/kube'
import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { SchemaSet } from '../openapi/schema-set.ts'
import { dropZeros, writeZeros } from '../schema/defaults.ts'
import { isObject } from '../schema/json.ts'
import { decodeProtobuf } from './decode.ts'
import { messageTable } from './message-table.ts'

interface Sample {
  readonly body: string
  readonly object: { readonly apiVersion: string; readonly kind: string; readonly [key: string]: unknown }
}

// `go`: random objects of every kind, as Kubernetes' own Go types (k8s.io/api v0.34.4) read them from JSON, wrote them as protobuf, and wrote them
// back as JSON. `kubectl`: bodies that kubectl 1.32.4 sent, and what the same command prints with --dry-run=client.
const recorded = JSON.parse(readFileSync(new URL('go.recorded.json', import.meta.url), 'utf8')) as {
  readonly go: readonly (Sample & { readonly sent: object })[]
  readonly kubectl: readonly (Sample & { readonly command: string })[]
}
const schemaOf = ({ object }: Sample) => SchemaSet.builtin().get(messageTable().kinds[`${object.apiVersion}/${object.kind}`]!)
const bytesOf = (sample: Sample) => Buffer.from(sample.body, 'base64')
const nameOf = ({ object }: Sample) => `${object.apiVersion} ${object.kind}`

/** Protobuf cannot tell an empty list from none, and carries no kind of nested objects. */
function asProtobuf(value: unknown, isTop = true): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((item) => asProtobuf(item, false))
  if (!isObject(value)) return value
  const isNested = !isTop && isObject(value.metadata)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !(isNested && (key === 'kind' || key === 'apiVersion')))
      .map(([key, inner]) => [key, asProtobuf(inner, false)])
  )
}

describe('protobuf bodies read as Go reads them', () => {
  it.each(recorded.go.map((sample) => [nameOf(sample), sample] as const))('%s', (_, sample) => {
    const object = decodeProtobuf(bytesOf(sample))
    writeZeros(schemaOf(sample), object)
    const metadata = 'metadata' in sample.object ? {} : { metadata: {} }
    expect(asProtobuf(object)).toEqual({ ...metadata, ...(asProtobuf(sample.object) as object) })
  })

  it.each(recorded.kubectl.map((sample) => [sample.command, sample] as const))('%s', (_, sample) => {
    const object = decodeProtobuf(bytesOf(sample))
    const wanted = structuredClone(sample.object)
    for (const value of [object, wanted]) {
      dropZeros(schemaOf(sample), value)
      writeZeros(schemaOf(sample), value)
      // The dry run does not name the namespace of the request, or does.
      delete (value as { metadata: { namespace?: string } }).metadata.namespace
    }
    expect(object).toEqual(wanted)
  })
})

describe('JSON bodies lose and gain what they do in Go', () => {
  it.each(recorded.go.map((sample) => [nameOf(sample), sample] as const))('%s', (_, sample) => {
    const object = structuredClone(sample.sent)
    dropZeros(schemaOf(sample), object)
    writeZeros(schemaOf(sample), object)
    expect(object).toEqual(sample.object)
  })
})

function answerTo(bytes: Uint8Array): number {
  try {
    decodeProtobuf(bytes)
    return 200
  } catch (error) {
    return (error as ApiError).code
  }
}

describe('bodies that are none', () => {
  it.each([
    ['nothing', ''],
    ['JSON', '{"kind":"Pod"}'],
    ['the magic alone', 'k8s\0'],
    ['an unknown kind', 'k8s\0\n\n\n\x02v1\x12\x04Nope'],
    ['a name that every object has', 'k8s\0\n\x11\n\x02v1\x12\x0bconstructor'],
    ['a length past the end', 'k8s\0\n\x7fv1']
  ])('%s: 400', (_, text) => {
    expect(answerTo(Buffer.from(text, 'latin1'))).toBe(400)
  })

  it('messages inside of messages without end: 400, not a full stack', () => {
    const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)])
    const message = (field: number, body: Buffer) =>
      Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(body.length)]), body])
    const numberOf = (name: string, json: string) => {
      const fields = messageTable().messages[`io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`]!
      return Number(Object.entries(fields).find(([, [one]]) => one === json)![0])
    }
    let body = Buffer.alloc(0)
    for (let depth = 0; depth < 3000; depth++) body = message(numberOf('JSONSchemaProps', 'not'), body)
    body = message(numberOf('CustomResourceValidation', 'openAPIV3Schema'), body)
    body = message(numberOf('CustomResourceDefinitionVersion', 'schema'), body)
    body = message(numberOf('CustomResourceDefinitionSpec', 'versions'), body)
    body = message(numberOf('CustomResourceDefinition', 'spec'), body)
    const meta = Buffer.concat([message(1, Buffer.from('apiextensions.k8s.io/v1')), message(2, Buffer.from('CustomResourceDefinition'))])
    expect(answerTo(Buffer.concat([Buffer.from('k8s\0'), message(1, meta), message(2, body)]))).toBe(400)
  })

  it('no damage to a good body does anything but succeed or answer 400', () => {
    const bodies = [...recorded.go, ...recorded.kubectl].map(bytesOf)
    fc.assert(
      fc.property(
        fc.nat(bodies.length - 1),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (which, changes, cut) => {
          const bytes = Buffer.from(bodies[which]!)
          for (const [place, value] of changes) bytes[4 + (place % (bytes.length - 4))] = value
          expect([200, 400]).toContain(answerTo(cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes))
        }
      ),
      { numRuns: 2000 }
    )
  })

  it('nor do random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expect(answerTo(Buffer.concat([Buffer.from('k8s\0'), bytes]))).toBe(400))
    )
  })
})
