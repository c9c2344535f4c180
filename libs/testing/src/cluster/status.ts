import { ApiError } from '@knative-ts/kube'
import type { ObjectKey, Resource } from '@knative-ts/api'

/** The refusals that a fake cluster knows, and that faults can ask for by name. */
export type Refusal =
  | 'NotFound'
  | 'Conflict'
  | 'AlreadyExists'
  | 'Invalid'
  | 'Forbidden'
  | 'Expired'
  | 'InternalError'
  | 'Timeout'
  | 'BadRequest'

const codes: Readonly<Record<Refusal, number>> = {
  BadRequest: 400,
  Forbidden: 403,
  NotFound: 404,
  Conflict: 409,
  AlreadyExists: 409,
  Expired: 410,
  Invalid: 422,
  InternalError: 500,
  Timeout: 504
}

/** An ApiError with the words that a real server uses. */
export function refusal(reason: Refusal, resource: Resource, key: ObjectKey, detail = ''): ApiError {
  const subject = `${resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`} "${key.name}"`
  const messages: Partial<Record<Refusal, string>> = {
    NotFound: `${subject} not found`,
    AlreadyExists: `${subject} already exists`,
    Conflict: `Operation cannot be fulfilled on ${subject}: the object has been modified; please apply your changes to the latest version and try again`
  }
  const message = detail === '' ? (messages[reason] ?? `${subject}: ${reason}`) : detail
  const details = { name: key.name, group: resource.group, kind: resource.plural }
  return new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, code: codes[reason], message, details })
}
