import type { AdmissionQuestion, AdmittedKind } from '@knative-ts/api'
import type { AdmissionRequest } from './admission-review.ts'

/** What a part of the installation admits: its kinds, and the configuration that their defaults and rules ask. */
export interface Admitted<C> {
  readonly kinds: readonly AdmittedKind<C>[]
  readonly config: () => C
}

/** The kind that a request is about, if it is one of these. */
export const kindOf = <C>(kinds: readonly AdmittedKind<C>[], { kind }: AdmissionRequest): AdmittedKind<C> | undefined =>
  kinds.find(({ resource }) => resource.group === kind.group && resource.version === kind.version && resource.kind === kind.kind)

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
