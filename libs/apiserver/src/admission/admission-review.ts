/** AdmissionReview of admission.k8s.io: what is asked, and what may be answered. */
import { randomUUID } from 'node:crypto'
import type { KubeObject } from '@knative-ts/api'
import { ApiError, type Status } from '@knative-ts/kube'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call } from '../requests/call.ts'
import type { Operation } from './webhook-match.ts'

export interface ReviewResponse {
  readonly allowed: boolean
  readonly status: Partial<Status> | undefined
  /** JSON of the patch; whether it is one shows when it is applied. */
  readonly patch: { readonly type: string; readonly text: string } | undefined
  readonly warnings: readonly string[]
}

/** Versions of reviews that the server speaks. */
export type ReviewVersion = 'v1' | 'v1beta1'

const GROUP = 'admission.k8s.io'
const OPTIONS: Readonly<Record<Exclude<Operation, 'CONNECT'>, string>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions'
}

/** The request of a review; `object` and `before` are in the version of `type`. */
export function admissionRequest(
  call: Call,
  type: ResourceType,
  operation: Operation,
  object: KubeObject | undefined,
  before: KubeObject | undefined
) {
  const kindOf = (one: ResourceType) => {
    const sub = call.subresource === '' || call.subresource === 'status' ? undefined : one.subresources.get(call.subresource)
    const own = operation === 'CONNECT' ? { group: '', version: 'v1', kind: object?.kind ?? '' } : sub
    return { group: own?.group ?? one.group, version: own?.version ?? one.version, kind: own?.kind ?? one.kind }
  }
  const resourceOf = ({ group, version, plural }: ResourceType) => ({ group, version, resource: plural })
  const sub = call.subresource === '' ? {} : { subResource: call.subresource, requestSubResource: call.subresource }
  const { name, uid, groups, extra } = call.user
  const named = call.collective === true ? '' : call.name || object?.metadata?.name || before?.metadata.name
  return {
    kind: kindOf(type),
    resource: resourceOf(type),
    ...sub,
    requestKind: kindOf(call.type),
    requestResource: resourceOf(call.type),
    ...(named ? { name: named } : {}),
    ...(call.type.namespaced ? { namespace: call.namespace } : call.type.storage === '/namespaces' && named ? { namespace: named } : {}),
    operation,
    userInfo: { username: name, ...(uid === undefined ? {} : { uid }), groups, ...(extra === undefined ? {} : { extra }) },
    object: object ?? null,
    oldObject: before ?? null,
    dryRun: call.dryRun,
    options: operation === 'CONNECT' ? null : { kind: OPTIONS[operation], apiVersion: 'meta.k8s.io/v1', ...call.options }
  }
}

/** What conditions of webhooks and policies see of a request, and what reviews carry. */
export type AdmissionRequest = ReturnType<typeof admissionRequest>

/** A review that asks about `request`. */
export const reviewOf = (request: AdmissionRequest, version: ReviewVersion) => ({
  apiVersion: `${GROUP}/${version}`,
  kind: 'AdmissionReview',
  request: { uid: randomUUID(), ...request }
})

/** Reads an answer; throws an Error that says what is wrong with it. */
export function readResponse(answer: unknown, uid: string, version: ReviewVersion, phase: 'mutating' | 'validating'): ReviewResponse {
  const {
    apiVersion = '',
    kind = '',
    response
  } = (answer ?? {}) as {
    apiVersion?: string
    kind?: string
    response?: Readonly<Record<string, unknown>> | null
  }
  if (response === undefined || response === null || typeof response !== 'object') throw new Error('webhook response was absent')
  if (version === 'v1') checkIdentity(response, uid, apiVersion, kind)
  const text = patchText(response['patch'])
  const patchType = response['patchType'] as string | undefined
  if (version === 'v1') checkPatch(text, patchType, phase)
  const { warnings, status } = response
  return {
    allowed: response['allowed'] === true,
    status: status as Partial<Status> | undefined,
    patch: text === '' || phase === 'validating' ? undefined : { type: version === 'v1' ? (patchType ?? '') : 'JSONPatch', text },
    warnings: Array.isArray(warnings) ? warnings.map(String) : []
  }
}

function checkIdentity(response: Readonly<Record<string, unknown>>, uid: string, apiVersion: string, kind: string): void {
  if (response['uid'] !== uid) throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`)
  if (apiVersion === `${GROUP}/v1` && kind === 'AdmissionReview') return
  const got = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
  throw new Error(`expected webhook response of ${GROUP}/v1, Kind=AdmissionReview, got ${got}, Kind=${kind}`)
}

function checkPatch(text: string, type: string | undefined, phase: 'mutating' | 'validating'): void {
  if (phase === 'validating') {
    if (text !== '') throw new Error('validating webhook may not return response.patch')
    if (type !== undefined) throw new Error('validating webhook may not return response.patchType')
    return
  }
  if (text !== '' && type === undefined) throw new Error('webhook returned response.patch but not response.patchType')
  if (text === '' && type !== undefined) throw new Error('webhook returned response.patchType but not response.patch')
  if (type === '') throw new Error('webhook returned invalid response.patchType of ""')
}

const patchText = (patch: unknown) => (typeof patch === 'string' ? Buffer.from(patch, 'base64').toString() : '')

/** The error that a denial becomes: the webhook's own code, reason and details, at least 400. */
export function denial(name: string, status: Partial<Status> | undefined): ApiError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`
  const message = status?.message ? `${by}: ${status.message}` : status?.reason ? `${by}: ${status.reason}` : `${by} without explanation`
  const code = status?.code !== undefined && status.code >= 400 ? status.code : 400
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(status?.reason ? { reason: status.reason } : {}),
    ...(status?.details ? { details: status.details } : {}),
    code
  })
}
