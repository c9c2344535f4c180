/** Bodies of writes: objects, patches, options of a deletion. */
import type { KubeObject } from '@knative-ts/api'
import { ApiError, errorText } from '@knative-ts/kube'
import { decodeProtobuf } from '../protobuf/decode.ts'
import { apply } from '../requests/apply.ts'
import type { Call, Shown } from '../requests/call.ts'
import { deleteOptionsOf, notOptions, type DeleteOptions } from '../requests/delete-options.ts'
import { patchObject, PATCH_TYPES, patchTypesOf } from '../requests/patch.ts'
import { apiVersionText } from '../requests/versions.ts'
import { decodeObject, decodeValue, DEEPEST, isTooDeep, mediaType, readBody } from './body.ts'
import { badRequest, plainFailure, unroutedMedia, unsupportedMedia } from './errors.ts'
import { duplicateFields } from './duplicate-fields.ts'
import type { Exchange } from './exchange.ts'
import { goJsonProblem } from './go-json.ts'
import { MEDIA } from './negotiation.ts'
import type { ServerParts } from './server-parts.ts'
import { writeOptionsOf } from './write-options.ts'
import { readYaml } from './yaml.ts'

/** A patch of an object or of its status. */
export async function servePatch(
  parts: ServerParts,
  exchange: Exchange,
  call: Call
): Promise<{ created: boolean; shown: Shown; writing: Call }> {
  const { request, query } = exchange
  // In small letters only, unlike those of whole objects.
  const media = request.headers['content-type']?.split(';', 1)[0]?.trim() ?? ''
  const isApply = media === PATCH_TYPES.apply
  if (!patchTypesOf(call).includes(media)) throw call.type.custom === undefined ? unroutedMedia() : unsupportedMedia(patchTypesOf(call))
  const { force, ...options } = writeOptionsOf('PatchOptions', query, request.headers['user-agent'], isApply)
  const writing = { ...call, ...options }
  const bytes = await readBody(request)
  if (isApply) {
    const { created, shown } = await apply(parts.world, writing, appliedBody(bytes), force)
    return { created, shown, writing }
  }
  const patch = patchBody(bytes, media)
  const repeated =
    writing.validation === 'Ignore' ? [] : duplicateFields(bytes.toString()).map((path) => `duplicate field ${JSON.stringify(path)}`)
  return { created: false, shown: await patchObject(parts.world, writing, media, patch, repeated), writing }
}

/** What is applied; 400 in the reference's words. */
function appliedBody(bytes: Buffer) {
  const read = readYaml(bytes.toString())
  if ('problem' in read) throw badRequest(`error decoding YAML: error converting YAML to JSON: ${read.problem}`)
  if (isTooDeep(read.value, DEEPEST)) throw badRequest('exceeded max depth')
  return read
}

/** The JSON of a patch; 400 in the reference's words. */
function patchBody(bytes: Buffer, media = ''): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    const prefix = media === PATCH_TYPES.strategic ? '' : 'error decoding patch: '
    throw badRequest(`${prefix}${goJsonProblem(bytes) ?? 'invalid JSON'}`)
  }
}

/** Reads and decodes the body as an object of the call's type. */
export async function readObject(exchange: Exchange, call: Call): Promise<{ object: KubeObject; problems: readonly string[] }> {
  const { request } = exchange
  const bytes = await readBody(request)
  const media = mediaType(request.headers['content-type'])
  try {
    return decodeObject(bytes, media, call.type, call.validation !== 'Ignore')
  } catch (error) {
    if (call.type.custom !== undefined && call.validation === 'Warn') warnOfMembers(call, bytes, media)
    throw error
  }
}

/** Of a version that is not the path's no member is known: the reference warns of them before it refuses the version. */
function warnOfMembers(call: Call, bytes: Buffer, media: string): void {
  let value: unknown
  try {
    ;({ value } = decodeValue(bytes, media, call.type.kind, false))
  } catch {
    // It is not even a value: the refusal says so.
    return
  }
  const { apiVersion, kind, metadata: _, ...others } = { ...(value as Readonly<Record<string, unknown>>) }
  if (!kind || !apiVersion || apiVersion === apiVersionText(call.type)) return
  for (const key of Object.keys(others).sort()) call.warn(`unknown field ${JSON.stringify(key)}`)
}

/** DeleteOptions of a DELETE or an eviction. */
export async function readDeleteOptions(exchange: Exchange): Promise<DeleteOptions> {
  const bytes = await readBody(exchange.request)
  if (bytes.length === 0) return deleteOptionsOf(exchange.query, undefined)
  const media = mediaType(exchange.request.headers['content-type']) || 'application/json'
  return deleteOptionsOf(exchange.query, optionsIn(bytes, media))
}

function optionsIn(bytes: Buffer, media: string): unknown {
  if (media === 'application/json') {
    const problem = goJsonProblem(bytes)
    if (problem !== undefined) throw notOptions(problem)
  }
  try {
    return media === MEDIA.protobuf ? decodeProtobuf(bytes) : decodeValue(bytes, media, 'DeleteOptions', false).value
  } catch (error) {
    if (error instanceof ApiError && error.code === 415) throw error
    throw plainFailure(`couldn't get version/kind; ${errorText(error)}`)
  }
}
