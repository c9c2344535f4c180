/**
 * Request bodies of client-go and kubectl: `application/vnd.kubernetes.protobuf`, which is `k8s\\0` and a runtime.Unknown around one message.
 * Driven by a table instead of generated classes: 470 messages of generated code would be a megabyte.
 */
import { Buffer } from 'node:buffer'
import type { KubeObject } from '@knative-ts/api'
import { ApiError, errorText } from '@knative-ts/kube'
import { Reader } from 'protobufjs/minimal.js'
import { badRequest } from '../http/errors.ts'
import { summaryOf } from '../http/summary.ts'
import { SchemaSet } from '../openapi/schema-set.ts'
import { dropZeros } from '../schema/defaults.ts'
import { setMember, type JsonObject } from '../schema/json.ts'
import { fieldsOf, messageOf, messageTable, type Field, type MessageTable } from './message-table.ts'
import { specialValue } from './special-messages.ts'

const MAGIC = Buffer.from('k8s\0')
/** Deeper than any kind nests, shallow enough for the stack. */
const MAX_DEPTH = 200

/** Wire types of protobuf. */
const VARINT = 0
const FIXED64 = 1
const BYTES = 2

class Malformed extends Error {}

/**
 * Decodes a body of any built-in kind into its JSON form, Go zero values dropped where Go drops them. Throws an ApiError (400) on bytes that are no
 * such body; `kind` is what it says was wanted.
 */
export function decodeProtobuf(bytes: Uint8Array, kind = 'Object'): KubeObject {
  const table = messageTable()
  try {
    if (bytes.length === 0) throw new Malformed('empty data')
    if (!MAGIC.equals(bytes.subarray(0, MAGIC.length)))
      throw new Malformed(`provided data does not appear to be a protobuf message, expected prefix [${[...MAGIC].join(' ')}]`)
    return decode(table, readUnknown(bytes.subarray(MAGIC.length)))
  } catch (error) {
    if (error instanceof ApiError) throw error
    // Whatever else is thrown while bytes are read (by protobufjs, JSON, Date) is the bytes' fault.
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${errorText(error)} (${summaryOf(bytes)})`)
  }
}

function decode(table: MessageTable, { apiVersion, kind, raw, encoding }: Unknown): KubeObject {
  if (encoding !== '') throw new Malformed(`content encoding ${JSON.stringify(encoding)} is not supported`)
  const isOption = Object.hasOwn(table.options, kind)
  const known = isOption ? table.options : table.kinds
  const key = isOption ? kind : `${apiVersion}/${kind}`
  const message = Object.hasOwn(known, key) ? known[key] : undefined
  if (message === undefined) {
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:110"`
    )
  }
  const value = readMessage(table, message, Reader.create(raw), raw.length, 0) as JsonObject
  dropZeros(SchemaSet.builtin().get(message), value)
  return { apiVersion, kind, ...(isOption ? {} : { metadata: {} }), ...value } as KubeObject
}

/**
 * Decodes an answer: objects, their lists, metadata alone, discovery. Throws an Error on bytes that are none. For clients; a server reads bodies by
 * {@link decodeProtobuf}.
 */
export function decodeProtobufAnswer(bytes: Uint8Array): JsonObject {
  const { apiVersion, kind, raw } = readUnknown(bytes.subarray(MAGIC.length))
  const message = messageOf(apiVersion, kind)
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length)) || message === undefined) throw new Malformed(`no answer of ${apiVersion} ${kind}`)
  const value = readMessage(messageTable(), message, Reader.create(raw), raw.length, 0) as JsonObject
  return { apiVersion, kind, ...value }
}

/** Reads the type and the encoded object of a watch event, without the four bytes of its length. */
export function decodeWatchEvent(bytes: Uint8Array): { readonly type: string; readonly object: JsonObject } {
  const reader = Reader.create(bytes)
  let type = ''
  let object: Uint8Array = new Uint8Array()
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === tagOf(1, BYTES)) type = reader.string()
    else if (tag === tagOf(2, BYTES)) object = readRaw(reader.bytes())
    else skip(reader, tag)
  }
  return { type, object: decodeProtobufAnswer(object) }
}

/** The bytes of a runtime.RawExtension. */
function readRaw(bytes: Uint8Array): Uint8Array {
  const reader = Reader.create(bytes)
  return reader.uint32() === tagOf(1, BYTES) ? reader.bytes() : new Uint8Array()
}

interface Unknown {
  readonly apiVersion: string
  readonly kind: string
  readonly raw: Uint8Array
  readonly encoding: string
}

function readUnknown(bytes: Uint8Array): Unknown {
  const reader = Reader.create(bytes)
  const found: { -readonly [Key in keyof Unknown]: Unknown[Key] } = { apiVersion: '', kind: '', raw: new Uint8Array(), encoding: '' }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === tagOf(1, BYTES)) Object.assign(found, readTypeMeta(reader.bytes()))
    else if (tag === tagOf(2, BYTES)) found.raw = reader.bytes()
    else if (tag === tagOf(3, BYTES)) found.encoding = reader.string()
    else skip(reader, tag)
  }
  return found
}

function readTypeMeta(bytes: Uint8Array): object {
  const reader = Reader.create(bytes)
  const found: Record<string, string> = {}
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === tagOf(1, BYTES)) found.apiVersion = reader.string()
    else if (tag === tagOf(2, BYTES)) found.kind = reader.string()
    else skip(reader, tag)
  }
  return found
}

const tagOf = (field: number, wire: number) => (field << 3) | wire

function skip(reader: Reader, tag: number): void {
  const wire = tag & 7
  if (tag >>> 3 === 0 || wire > 5 || wire === 3 || wire === 4) throw new Malformed(`illegal tag ${tag}`)
  reader.skipType(wire)
}

function readMessage(table: MessageTable, message: string, reader: Reader, end: number, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new Malformed('messages nest too deep')
  if (end > reader.len) throw new Malformed('a message is longer than the body')
  const fields = fieldsOf(message)
  const out: JsonObject = {}
  while (reader.pos < end) {
    const tag = reader.uint32()
    const field = fields[tag >>> 3]
    if (field === undefined) skip(reader, tag)
    else readField(table, field, tag & 7, reader, out, depth)
  }
  if (reader.pos !== end) throw new Malformed(`${message} does not end where it says`)
  return specialValue(message)?.(out) ?? (specialValue(message) === undefined ? out : null)
}

function readField(table: MessageTable, [json, type, mode]: Field, wire: number, reader: Reader, out: JsonObject, depth: number): void {
  const one = () => readValue(table, type, wire, reader, depth)
  if (mode === 'map') {
    const [key, value] = readEntry(table, type, wire, reader, depth)
    const map = (out[json] ??= {}) as JsonObject
    setMember(map, key, value)
  } else if (mode === 'list') {
    const list = (out[json] ??= []) as unknown[]
    list.push(one())
  } else if (mode === 'inline') Object.assign(out, one())
  else out[json] = one()
}

function readEntry(table: MessageTable, type: string, wire: number, reader: Reader, depth: number): [string, unknown] {
  if (wire !== BYTES) throw new Malformed('a map entry has the wrong wire type')
  const end = reader.uint32() + reader.pos
  if (end > reader.len) throw new Malformed('a map entry is longer than the body')
  let key = ''
  let value: unknown
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === tagOf(1, BYTES)) key = reader.string()
    else if (tag >>> 3 === 2) value = readValue(table, type, tag & 7, reader, depth)
    else skip(reader, tag)
  }
  return [key, value ?? (type === 's' || type === 'b' ? '' : null)]
}

function readValue(table: MessageTable, type: string, wire: number, reader: Reader, depth: number): unknown {
  const wanted = type === '?' || type === 'i' ? VARINT : type === 'd' ? FIXED64 : BYTES
  if (wire !== wanted) throw new Malformed(`wire type ${wire} where ${wanted} was expected`)
  switch (type) {
    case 's':
      return reader.string()
    case 'b':
      return Buffer.from(reader.bytes()).toString('base64')
    case '?':
      return reader.bool()
    case 'i':
      return Number(reader.int64().toString())
    case 'd':
      return reader.double()
    default: {
      const length = reader.uint32()
      return readMessage(table, type, reader, reader.pos + length, depth + 1)
    }
  }
}
