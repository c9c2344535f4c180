/** Request bodies: read with a limit, decoded from JSON, YAML or protobuf into an object of the path's kind. */
import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import type { KubeObject } from '@knative-ts/api'
import { decodeProtobuf } from '../protobuf/decode.ts'
import { isBuiltinKind } from '../registry/builtin-types.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { apiVersionText } from '../requests/versions.ts'
import { duplicateFields } from './duplicate-fields.ts'
import { badRequest, invalid, invalidValue, tooLargeBody, unsupportedMedia } from './errors.ts'
import { goJsonProblem } from './go-json.ts'
import { summaryOf } from './summary.ts'
import { readYaml } from './yaml.ts'
import { goJsonKind } from '../schema/go-text.ts'

/** Kubernetes' limit of one request: 3 MiB. */
export const BODY_BYTES = 3 * 1024 * 1024
/** Deeper nesting than any kind has; beyond it recursive walkers would exhaust the stack. */
export const DEEPEST = 512
const WRITTEN = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']

/** Reads the whole body. Throws 413 beyond the limit; rejects when the client breaks off. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return request.headers['content-encoding'] === 'gzip' ? iterated(request.pipe(createGunzip())) : collected(request)
}

const joined = (chunks: readonly Buffer[]): Buffer => (chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks))

/** By events: an async iterator costs more than everything else about reading a small body. */
function collected(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const take = (chunk: Buffer): void => {
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes > BODY_BYTES) over(() => reject(tooLargeBody(BODY_BYTES)))
    }
    const end = (): void => over(() => resolve(joined(chunks)))
    const broken = (error?: unknown): void => over(() => reject(error ?? badRequest('the client broke off the request')))
    const over = (settle: () => void): void => {
      request.off('data', take).off('end', end).off('close', broken)
      // The listener of errors stays: what happens to a request that is over must not end the process.
      settle()
    }
    request.on('error', broken)
    if (request.destroyed) return broken(request.errored)
    request.on('data', take).on('end', end).on('close', broken)
  })
}

async function iterated(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (bytes > BODY_BYTES) throw tooLargeBody(BODY_BYTES)
    chunks.push(chunk)
  }
  return joined(chunks)
}

/** `application/json` of `application/json; charset=utf-8`. */
export function mediaType(header: string | undefined): string {
  const media = header?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  // A header that names nothing is not the same as none.
  return media === '' ? (header?.trim() ?? '') : media
}

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
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summaryOf(bytes)})`)

function decodeJson(bytes: Buffer, kind: string, lint: boolean): Decoded {
  const text = bytes.toString()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw unrecognized(kind, `couldn't get version/kind; json parse error: ${goJsonProblem(bytes) ?? 'invalid'}`, bytes)
  }
  if (opens(bytes) > DEEPEST && isTooDeep(value, DEEPEST)) throw badRequest('exceeded max depth')
  return { value, problems: lint ? duplicateFields(text).map((path) => `duplicate field ${JSON.stringify(path)}`) : [] }
}

function decodeYaml(bytes: Buffer, kind: string): Decoded {
  const read = readYaml(bytes.toString())
  if ('problem' in read) throw unrecognized(kind, read.problem, bytes)
  if (isTooDeep(read.value, DEEPEST)) throw badRequest('exceeded max depth')
  return { value: read.value, problems: read.repeated }
}

const BRACE = 0x7b
const BRACKET = 0x5b

/** How many objects and lists a text can have at most: nearly every body has fewer than may nest, and need not be walked. */
function opens(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if (byte === BRACE || byte === BRACKET) count++
  return count
}

/** Whether a value nests deeper than that. */
export function isTooDeep(value: unknown, left: number): boolean {
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
    return { object: checkKind(decodeProtobuf(bytes, type.kind), type), problems: [] }
  }
  const { value, problems } = decodeValue(bytes, contentType, type.kind, lint)
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    const why = `couldn't get version/kind; json parse error: json: cannot unmarshal ${goJsonKind(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`
    throw unrecognized(type.kind, why, bytes)
  }
  return { object: checkKind(value ?? {}, type, bytes), problems }
}

const otherVersion = (given: string, wanted: string) =>
  badRequest(`the API version in the data (${given}) does not match the expected API version (${wanted})`)

const otherKind = (kind: string, type: Pick<ResourceType, 'group' | 'kind'>, metadata: unknown) =>
  invalid({ group: type.group, plural: '', kind }, (metadata as { name?: string } | undefined)?.name ?? '', [
    invalidValue('kind', kind, `must be ${type.kind}`)
  ])

/** Go decodes what it has a type for, and then fails to convert it. */
function checkBuiltinKind(apiVersion: string, kind: string, type: Pick<ResourceType, 'group' | 'version' | 'kind'>): void {
  const wanted = apiVersionText(type)
  if (apiVersion === wanted && kind === type.kind) return
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion]
  const known = isBuiltinKind(group, version, kind)
  if (known && group === type.group && kind === type.kind) throw otherVersion(apiVersion, wanted)
  const why = known
    ? `converting (${version}.${kind}) to (${type.group.split('.', 1)[0] || 'core'}.${type.kind}): unknown conversion`
    : `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:110"`
  throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${type.kind}: ${why}`)
}

/** Checks kind and version of a decoded object, and that its metadata is an object. `bytes`: the body that it comes from, for the refusal. */
export function checkKind(value: object, type: Pick<ResourceType, 'group' | 'version' | 'kind' | 'custom'>, bytes?: Buffer): KubeObject {
  const { kind, apiVersion, metadata, ...rest } = value as Partial<Record<string, unknown>>
  const wanted = apiVersionText(type)
  for (const [name, word] of Object.entries({ apiVersion, kind })) {
    if (word === undefined || word === null || typeof word === 'string') continue
    const why = `json: cannot unmarshal ${goJsonKind(word)} into Go struct field .${name} of type string`
    throw bytes === undefined ? badRequest(why) : unrecognized(type.kind, `couldn't get version/kind; json parse error: ${why}`, bytes)
  }
  if (bytes !== undefined && typeof apiVersion === 'string' && apiVersion.split('/').length > 2)
    throw unrecognized(type.kind, `unexpected GroupVersion string: ${apiVersion}`, bytes)
  if (type.custom !== undefined && !kind) {
    const text = JSON.stringify(value).slice(0, 1000)
    throw unrecognized(type.kind, `Object 'Kind' is missing in '${text}'`, Buffer.from(text))
  }
  if (type.custom !== undefined) {
    if (apiVersion !== wanted) throw otherVersion(String(apiVersion ?? ''), wanted)
    if (kind !== type.kind) throw otherKind(String(kind), type, metadata)
  } else checkBuiltinKind(String(apiVersion || wanted), String(kind || type.kind), type)
  if (metadata !== undefined && metadata !== null && (typeof metadata !== 'object' || Array.isArray(metadata))) {
    throw badRequest(
      `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: json: cannot unmarshal ${goJsonKind(metadata)} into Go struct field ${type.kind}.metadata of type v1.ObjectMeta`
    )
  }
  return { kind: type.kind, apiVersion: wanted, metadata: { ...metadata }, ...rest }
}
