import { admittedKinds, type AdmissionQuestion, type AdmittedKind } from '@knative-ts/api'
import type { AdmissionRequest } from './admission-review.ts'

/** The kind that a request is about, if it is one of ours. */
export const kindOf = ({ kind }: AdmissionRequest): AdmittedKind | undefined =>
  admittedKinds.find(({ resource }) => resource.group === kind.group && resource.version === kind.version && resource.kind === kind.kind)

/** The question in a request for an object that is created or updated. */
export function questionOf(request: AdmissionRequest): AdmissionQuestion {
  if (request.object === null) throw new Error(`${request.operation} without an object`)
  return {
    operation: request.operation === 'CREATE' ? 'CREATE' : 'UPDATE',
    subresource: request.subResource ?? '',
    object: request.object,
    user: request.userInfo?.username ?? '',
    ...(request.oldObject === null ? {} : { oldObject: request.oldObject })
  }
}

/** Upstream's words for a kind that nobody registered. */
export const unhandled = ({ kind }: AdmissionRequest): string => `unhandled kind: ${kind.group}/${kind.version}, Kind=${kind.kind}`
