/**
 * Answers in `application/vnd.kubernetes.protobuf`: `k8s\\0` and a runtime.Unknown around one message, driven by the table that the decoder uses. The
 * bytes are those that Go writes: zeros of fields that are no pointers, keys of maps sorted.
 */
import { Buffer } from 'node:buffer'
import type { KubeObject } from '@knative-ts/api'
import { BackwardWriter } from './backward-writer.ts'
import { planOf, planOfKind, type PlannedField } from './encode-plan.ts'
import type { JsonObject } from '../schema/json.ts'

const MAGIC = Buffer.from('k8s\0')
/** Tags of length-delimited fields. */
const [FIRST, SECOND] = [0x0a, 0x12]
const VALUE_OF_ENTRY = 2
/** Wire type of texts, bytes and messages. */
const BYTES = 2
const NO_FIELDS: JsonObject = {}

/** An object whose kind has no protobuf message. */
export class NoProtobuf extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`${apiVersion} ${kind} has no protobuf form`)
  }
}

/** Encodes an object, a list, a Status or partial metadata of a built-in kind. Throws {@link NoProtobuf} for any other. */
export function encodeProtobuf(object: { readonly apiVersion: string; readonly kind: string }): Buffer {
  const plan = planOfKind(object.apiVersion, object.kind)
  if (plan === undefined) throw new NoProtobuf(object.apiVersion, object.kind)
  const writer = new BackwardWriter()
  writeEnvelope(writer, object.apiVersion, object.kind, () => writeMessage(writer, plan, object as unknown as JsonObject))
  return writer.bytes()
}

/**
 * Encodes a list of objects of `kind`; `itemOf` is asked for one after the other, last first, so that a long list need not be there as objects all at
 * once. Throws {@link NoProtobuf}.
 */
export function encodeProtobufList(
  { apiVersion, kind, listKind, metadata }: { apiVersion: string; kind: string; listKind: string; metadata: object },
  count: number,
  itemOf: (index: number) => KubeObject
): Buffer {
  const plan = planOfKind(apiVersion, kind)
  if (plan === undefined) throw new NoProtobuf(apiVersion, kind)
  const writer = new BackwardWriter()
  writeEnvelope(writer, apiVersion, listKind, () => {
    for (let index = count - 1; index >= 0; index--) {
      delimited(writer, SECOND, () => writeMessage(writer, plan, itemOf(index) as unknown as JsonObject))
    }
    delimited(writer, FIRST, () => writeMessage(writer, planOf('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta'), metadata as JsonObject))
  })
  return writer.bytes()
}

/** One event of a watch: its length in four bytes, and a meta/v1.WatchEvent around the encoded object. */
export function encodeWatchEvent(type: string, object: Buffer): Buffer {
  const writer = new BackwardWriter()
  delimited(writer, SECOND, () => delimited(writer, FIRST, () => writer.raw(object)))
  delimited(writer, FIRST, () => writer.text(type))
  const frame = Buffer.alloc(4)
  frame.writeUInt32BE(writer.length)
  writer.raw(frame)
  return writer.bytes()
}

function writeEnvelope(writer: BackwardWriter, apiVersion: string, kind: string, write: () => void): void {
  // contentEncoding and contentType: Go writes them, empty.
  for (const tag of [0x22, 0x1a]) delimited(writer, tag, () => undefined)
  delimited(writer, SECOND, write)
  delimited(writer, FIRST, () => {
    delimited(writer, SECOND, () => writer.text(kind))
    delimited(writer, FIRST, () => writer.text(apiVersion))
  })
  writer.raw(MAGIC)
}

/** Writes what `write` writes, and before it the tag and the length. */
function delimited(writer: BackwardWriter, tag: number, write: () => void): void {
  const before = writer.length
  write()
  writer.varint(writer.length - before)
  writer.byte(tag)
}

function writeMessage(writer: BackwardWriter, plan: readonly PlannedField[], object: JsonObject): void {
  for (const field of plan) {
    const value = field.mode === 'inline' ? object : object[field.json]
    if (value === undefined || value === null) {
      if (field.mode === 'always') writeZero(writer, field)
    } else if (field.mode === 'list') {
      const list = value as readonly unknown[]
      for (let index = list.length - 1; index >= 0; index--) writeField(writer, field, list[index])
    } else if (field.mode === 'map') writeMap(writer, field, value as JsonObject)
    else writeField(writer, field, value)
  }
}

function writeMap(writer: BackwardWriter, field: PlannedField, map: JsonObject): void {
  // Sorted, as Go does: the same object gives the same bytes.
  for (const key of Object.keys(map).sort().toReversed()) {
    const before = writer.length
    if (map[key] !== null) writeTagged(writer, field, (VALUE_OF_ENTRY << 3) | field.wire, map[key])
    const value = writer.length
    writer.text(key)
    writer.varint(writer.length - value)
    writer.byte(FIRST)
    writer.varint(writer.length - before)
    writer.varint(field.tag)
  }
}

function writeZero(writer: BackwardWriter, field: PlannedField): void {
  const before = writer.length
  if (field.wire === BYTES && field.type !== 's' && field.fieldsOf === undefined) writeMessage(writer, planOf(field.type), NO_FIELDS)
  if (field.type === 'd') writer.double(0)
  else writer.varint(writer.length - before)
  writer.varint(field.tag)
}

const writeField = (writer: BackwardWriter, field: PlannedField, value: unknown) => writeTagged(writer, field, field.tag, value)

function writeTagged(writer: BackwardWriter, field: PlannedField, tag: number, value: unknown): void {
  const before = writer.length
  switch (field.type) {
    case '?':
      writer.byte(value === true ? 1 : 0)
      break
    case 'i':
      writer.int64(value as number)
      break
    case 'd':
      writer.double(value as number)
      break
    case 's':
      writer.text(value as string)
      writer.varint(writer.length - before)
      break
    case 'b':
      writer.raw(typeof value === 'string' ? Buffer.from(value, 'base64') : (value as Uint8Array))
      writer.varint(writer.length - before)
      break
    default:
      writeMessage(writer, planOf(field.type), field.fieldsOf === undefined ? ((value ?? {}) as JsonObject) : field.fieldsOf(value))
      writer.varint(writer.length - before)
  }
  writer.varint(tag)
}
