/** The errors a Kubernetes API server answers with, in its words. All are {@link ApiError}s: HTTP status, reason, details. */
import { ApiError, type Status } from '@knative-ts/kube'

/** One reason in `details.causes`; `field` is a path such as `spec.ports[0].port`. */
export interface Cause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

/** What an error text needs to know of a resource. */
export interface Named {
  readonly group: string
  readonly plural: string
  readonly kind: string
}

type Details = NonNullable<Status['details']>

/** An error with any status and reason; `details` are left out of the answer only when undefined. */
export function failure(code: number, reason: string, message: string, details?: Details): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code
  })
}

/** `deployments.apps`, or `pods` for the core group. */
export function resourceText(type: { readonly group: string; readonly plural: string }): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`
}

const kindText = (type: Named) => (type.group === '' ? type.kind : `${type.kind}.${type.group}`)

function detailsOf(type: Named, name: string, kind: string, more: Partial<Details> = {}): Details {
  return {
    ...(name === '' ? {} : { name }),
    ...(type.group === '' ? {} : { group: type.group }),
    ...(kind === '' ? {} : { kind }),
    ...more
  }
}

/** 404 of one object. */
export const notFound = (type: Named, name: string) =>
  failure(404, 'NotFound', `${resourceText(type)} ${goQuoted(name)} not found`, detailsOf(type, name, type.plural))

/** 404 of a path that no resource answers. */
export const noSuchPath = () => failure(404, 'NotFound', 'the server could not find the requested resource', {})

/** 409 of a create whose name is taken. */
export const alreadyExists = (type: Named, name: string) =>
  failure(409, 'AlreadyExists', `${resourceText(type)} "${name}" already exists`, detailsOf(type, name, type.plural))

const STALE = 'the object has been modified; please apply your changes to the latest version and try again'

/** 409 of a write against a state that is no longer the newest. */
export const conflict = (type: Named, name: string, why: string = STALE) =>
  failure(409, 'Conflict', `Operation cannot be fulfilled on ${resourceText(type)} "${name}": ${why}`, detailsOf(type, name, type.plural))

/** 422 with one cause a broken rule. */
export function invalid(type: Named, name: string, causes: readonly Cause[]): ApiError {
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))]
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return failure(422, 'Invalid', `${kindText(type)} "${name}" is invalid: ${text}`, detailsOf(type, name, type.kind, { causes }))
}

/** 403 of an object or a collection (`name` empty). */
export function forbidden(type: Named, name: string, why: string, more: Partial<Details> = {}): ApiError {
  const what = name === '' ? resourceText(type) : `${resourceText(type)} "${name}"`
  return failure(403, 'Forbidden', `${what} is forbidden: ${why}`, detailsOf(type, name, type.plural, more))
}

export const badRequest = (message: string) => failure(400, 'BadRequest', message)
export const unauthorized = () => failure(401, 'Unauthorized', 'Unauthorized')
export const methodNotAllowed = () =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
/** 500 without a reason: what the reference answers for a plain Go error. */
export const plainFailure = (message: string) => failure(500, '', message)
export const internal = (message: string) => failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
export const expired = (message: string) => failure(410, 'Expired', message)
export const tooLargeBody = (limit: number) => failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)
export const unsupportedMedia = (accepted: readonly string[]) =>
  failure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
  )
/** 415 of the router, which knows the bodies of built-in kinds. */
export const unroutedMedia = () => failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
export const notAcceptable = (available: readonly string[]) =>
  failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`, {})

/** 406 in the words of the server behind the router. */
export const plainNotAcceptable = (message: string) => failure(406, 'NotAcceptable', message)
export const onlyAcceptable = (available: readonly string[]) =>
  plainNotAcceptable(`only the following media types are accepted: ${available.join(', ')}`)

/** 504 of a read that wants a version the server has not reached. */
export const futureVersion = (asked: string, current: number) =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1
  })

const META = { group: 'meta.k8s.io', plural: '' }
/** 422 of bad `ListOptions`, `DeleteOptions`, `PatchOptions`... */
export const invalidOptions = (kind: string, causes: readonly Cause[]) => invalid({ ...META, kind }, '', causes)

/** The causes that rules report. */
export const required = (field: string, message = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: message === '' ? 'Required value' : `Required value: ${message}`,
  field
})
export const invalidValue = (field: string, value: unknown, message: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${valueText(value)}${message === '' ? '' : `: ${message}`}`,
  field
})
export const forbiddenField = (field: string, message: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${message}`,
  field
})
export const unsupportedValue = (field: string, value: unknown, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${valueText(value)}: supported values: ${supported.map((one) => JSON.stringify(one)).join(', ')}`,
  field
})
export const duplicateValue = (field: string, value: unknown): Cause => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${valueText(value)}`,
  field
})
export const notFoundValue = (field: string, value: unknown, message = ''): Cause => ({
  reason: 'FieldValueNotFound',
  message: `Not found: ${valueText(value)}${message === '' ? '' : `: ${message}`}`,
  field
})
export const tooMany = (field: string, count: number, most: number): Cause => ({
  reason: 'FieldValueTooMany',
  message: `Too many: ${count}: must have at most ${most} items`,
  field
})
/** Of a value that is too big to be told. */
export const invalidUntold = (field: string, message: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${message}`,
  field
})
export const tooLong = (field: string, bytes: number): Cause => ({
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${bytes} bytes`,
  field
})

/** As Go writes values: `%q` for strings, JSON for the rest. */
const valueText = (value: unknown) => (typeof value === 'string' ? goQuoted(value) : (JSON.stringify(value) ?? 'null'))

/** A text as Go's `%q` shows it. */
export const goQuoted = (text: string) =>
  JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, (_all, hex: string) =>
    hex === '07' ? String.raw`\a` : hex === '0b' ? String.raw`\v` : String.raw`\x${hex}`
  )
