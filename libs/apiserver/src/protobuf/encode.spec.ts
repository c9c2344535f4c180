import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { decodeProtobuf, decodeProtobufAnswer, decodeWatchEvent } from './decode.ts'
import { encodeProtobuf, encodeProtobufList, encodeWatchEvent, NoProtobuf } from './encode.ts'
import { messageTable } from './message-table.ts'

interface Sample {
  readonly body: string
  readonly object: { readonly apiVersion: string; readonly kind: string; readonly metadata?: object }
}

// Random objects of every kind, written as protobuf by Kubernetes' own Go types: see decode.differential.spec.ts.
const { go } = JSON.parse(readFileSync(new URL('go.recorded.json', import.meta.url), 'utf8')) as { readonly go: readonly Sample[] }
const decoded = ({ body }: Sample) => decodeProtobuf(Buffer.from(body, 'base64')) as Sample['object']

describe('what is encoded is what was decoded, byte for byte as Go writes it', () => {
  // APIService lives in a Go module of its own, that of the aggregator.
  it('there is a sample of every other kind', () => {
    const kinds = new Set(go.map(({ object }) => `${object.apiVersion}/${object.kind}`))
    expect(Object.keys(messageTable().kinds).filter((kind) => !kinds.has(kind))).toEqual(['apiregistration.k8s.io/v1/APIService'])
  })

  it.each(go.map((sample) => [`${sample.object.apiVersion} ${sample.object.kind}`, sample] as const))('%s', (_, sample) => {
    const object = decoded(sample)
    const bytes = encodeProtobuf(object)
    expect(decodeProtobuf(bytes)).toEqual(object)
    // The sample has bytes that are empty but there, which JSON cannot say.
    const isExact = sample.object.kind !== 'CertificateSigningRequest'
    expect(isExact ? bytes.toString('base64') : sample.body).toBe(sample.body)
  })

  it.each([
    ['a Status', { apiVersion: 'v1', kind: 'Status', status: 'Failure', code: 404, details: { name: 'a', causes: [{ field: 'b' }] } }],
    ['negative and large numbers', job({ ttlSecondsAfterFinished: -1, activeDeadlineSeconds: Number.MAX_SAFE_INTEGER })],
    ['text beyond ASCII, short and long', configMap({ short: 'Grüße 👋', long: 'ß👋'.repeat(100_000), '': '' })],
    ['a body that outgrows every buffer', configMap({ a: 'x'.repeat(2_900_000) })],
    ['zeros that mean something', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: { replicas: 0 } }]
  ])('%s', (_, object) => {
    const { metadata, ...rest } = decodeProtobuf(encodeProtobuf(object))
    expect({ ...rest, metadata }).toMatchObject(object)
  })
})

describe('lists', () => {
  it('hold their items in order, and say of each no kind', () => {
    const head = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      listKind: 'ConfigMapList',
      metadata: { resourceVersion: '7', remainingItemCount: 3 }
    }
    const names = ['one', 'two', 'three']
    const bytes = encodeProtobufList(head, names.length, (index) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: names[index] as string }
    }))
    expect(decodeProtobufAnswer(bytes)).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMapList',
      metadata: { resourceVersion: '7', remainingItemCount: 3 },
      items: names.map((name) => ({ metadata: { name } }))
    })
    expect(bytes.toString('latin1').split('ConfigMap')).toHaveLength(2)
  })

  it.each([
    ['metadata alone', { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: { name: 'a', labels: { b: 'c' } } }],
    [
      'lists of metadata alone',
      { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadataList', metadata: { continue: 'x' }, items: [{ metadata: { name: 'a' } }] }
    ],
    ['discovery', { apiVersion: 'v1', kind: 'APIResourceList', groupVersion: 'v1', resources: [{ name: 'pods', verbs: ['get', 'list'] }] }]
  ])('%s', (_, answer) => {
    expect(decodeProtobufAnswer(encodeProtobuf(answer))).toMatchObject(answer)
  })
})

describe('watch events', () => {
  it('are framed by their length, and hold a whole body', () => {
    const object = encodeProtobuf(configMap({ a: 'b' }))
    const event = encodeWatchEvent('ADDED', object)
    expect(event.readUInt32BE(0)).toBe(event.length - 4)
    expect(event.subarray(-object.length)).toEqual(object)
    expect(decodeWatchEvent(event.subarray(4))).toMatchObject({ type: 'ADDED', object: configMap({ a: Buffer.from('b').toString() }) })
  })
})

it('what has no protobuf form is refused', () => {
  expect(() => encodeProtobuf({ apiVersion: 'example.com/v1', kind: 'ConfigMap' })).toThrow(NoProtobuf)
  expect(() => encodeProtobuf({ apiVersion: 'v1', kind: 'constructor' })).toThrow(NoProtobuf)
})

function configMap(data: Readonly<Record<string, string>>) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data }
}

function job(spec: object) {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, spec }
}
