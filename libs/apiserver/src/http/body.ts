/** Request bodies: read with a limit, decoded from JSON, YAML or protobuf into an object of the path's kind. */
import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import type { KubeObject } from '@knative-ts/api'
import { parseDocument } from 'yaml'
import { decodeProtobuf } from '../protobuf/decode.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { apiVersionText } from '../requests/versions.ts'
import { duplicateFields } from './duplicate-fields.ts'
import { badRequest, tooLargeBody, unsupportedMedia } from './errors.ts'

/** Kubernetes' limit of one request: 3 MiB. */
export const BODY_BYTES = 3 * 1024 * 1024
/** Deeper nesting than any kind has; beyond it recursive walkers would exhaust the stack. */
const DEEPEST = 512
const WRITTEN = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']

/** Reads the whole body. Throws 413 beyond the limit; rejects when the client breaks off. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const source = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_BYTES) throw tooLargeBody(BODY_BYTES)
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

/** `application/json` of `application/json; charset=utf-8`. */
export const mediaType = (header: string | undefined) => (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** A decoded body and what was odd about its text. */
export interface Decoded {
  readonly value: unknown
  readonly problems: readonly string[]
}

/** Decodes by content type; JSON when there is none. Throws 400 and 415. `lint` looks for repeated members. */
export function decodeValue(bytes: Buffer, contentType: string, kind: string, lint: boolean): Decoded {
  const media = contentType === '' ? 'application/json' : contentType
  if (media === 'application/json') return decodeJson(bytes, kind, lint)
  if (media === 'application/yaml' || media === 'application/apply-patch+yaml') return decodeYaml(bytes, kind)
  throw unsupportedMedia(WRITTEN)
}

const unrecognized = (kind: string, why: string, bytes: Buffer) =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${hexOf(bytes)})`)

function hexOf(bytes: Buffer): string {
  if (bytes.length === 0) return '<empty>'
  return bytes.length > 30 ? `${bytes.toString('hex', 0, 30)} ...` : bytes.toString('hex')
}

function decodeJson(bytes: Buffer, kind: string, lint: boolean): Decoded {
  const text = bytes.toString()
  if (text.trim() === '') throw unrecognized(kind, "couldn't get version/kind; json parse error: unexpected end of JSON input", bytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : 'invalid'}`
    throw unrecognized(kind, why, bytes)
  }
  if (isTooDeep(value, DEEPEST)) throw badRequest('exceeded max depth')
  return { value, problems: lint ? duplicateFields(text).map((path) => `duplicate field ${JSON.stringify(path)}`) : [] }
}

function decodeYaml(bytes: Buffer, kind: string): Decoded {
  const text = bytes.toString()
  const document = parseDocument(text, { version: '1.1', uniqueKeys: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length
    const token =
      error.message.includes('Unexpected') ||
      error.message.includes('cannot start with') ||
      error.code === 'BAD_COLLECTION_TYPE' ||
      error.code === 'UNEXPECTED_TOKEN'
    throw unrecognized(
      kind,
      `yaml: line ${line}: ${token ? 'found character that cannot start any token' : error.message.split('\n', 1)[0]}`,
      bytes
    )
  }
  let value: unknown
  try {
    // Aliases that multiply are refused by the parser; through JSON, maps and dates become plain values.
    value = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null')
  } catch (failure) {
    throw unrecognized(kind, `yaml: ${failure instanceof Error ? failure.message : 'invalid'}`, bytes)
  }
  if (isTooDeep(value, DEEPEST)) throw badRequest('exceeded max depth')
  return { value, problems: [] }
}

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (left === 0) return true
  for (const key in value) if (isTooDeep((value as Readonly<Record<string, unknown>>)[key], left - 1)) return true
  return false
}

/** A body as an object of `type`, kind and version checked. Absent kind and version are filled in for built-in kinds. */
export function decodeObject(
  bytes: Buffer,
  contentType: string,
  type: Pick<ResourceType, 'group' | 'version' | 'kind' | 'custom'>,
  lint: boolean
): { object: KubeObject; problems: readonly string[] } {
  if (contentType === 'application/vnd.kubernetes.protobuf' && type.custom === undefined) {
    return { object: checkKind(decodeProtobuf(bytes), type), problems: [] }
  }
  const { value, problems } = decodeValue(bytes, contentType, type.kind, lint)
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    const what = Array.isArray(value) ? 'array' : typeof value
    const why = `couldn't get version/kind; json parse error: json: cannot unmarshal ${what} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`
    throw unrecognized(type.kind, why, bytes)
  }
  return { object: checkKind(value ?? {}, type), problems }
}

/** Checks kind and version of a decoded object, and that its metadata is an object. */
export function checkKind(value: object, type: Pick<ResourceType, 'group' | 'version' | 'kind' | 'custom'>): KubeObject {
  const { kind, apiVersion, metadata, ...rest } = value as Partial<Record<string, unknown>>
  const wanted = apiVersionText(type)
  if (kind !== undefined && typeof kind !== 'string')
    throw badRequest(`json: cannot unmarshal ${typeof kind} into Go struct field .kind of type string`)
  if (apiVersion !== undefined && typeof apiVersion !== 'string')
    throw badRequest(`json: cannot unmarshal ${typeof apiVersion} into Go struct field .apiVersion of type string`)
  if (type.custom !== undefined && (!kind || !apiVersion)) {
    throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(value).slice(0, 1000)}'`)
  }
  if (apiVersion && apiVersion !== wanted) {
    if (type.custom !== undefined)
      throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`)
    throw badRequest(
      `${kind ?? type.kind} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${type.kind}: no kind ${JSON.stringify(kind ?? type.kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`
    )
  }
  if (kind && kind !== type.kind && type.custom === undefined) {
    throw badRequest(
      `${kind} in version ${JSON.stringify(wanted)} cannot be handled as a ${type.kind}: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(wanted)} in scheme "pkg/runtime/scheme.go:110"`
    )
  }
  if (metadata !== undefined && metadata !== null && (typeof metadata !== 'object' || Array.isArray(metadata))) {
    throw badRequest(
      `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: json: cannot unmarshal ${Array.isArray(metadata) ? 'array' : typeof metadata} into Go struct field ${type.kind}.metadata of type v1.ObjectMeta`
    )
  }
  return { kind: type.kind, apiVersion: wanted, metadata: { ...metadata }, ...rest }
}
