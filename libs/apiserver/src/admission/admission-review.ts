/** AdmissionReview of admission.k8s.io/v1: what is asked, and what may be answered. */
import { randomUUID } from 'node:crypto'
import type { KubeObject } from '@knative-ts/api'
import { ApiError, type Status } from '@knative-ts/kube'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call } from '../requests/call.ts'
import type { Operation } from './webhook-match.ts'

export interface ReviewResponse {
  readonly allowed: boolean
  readonly status: Partial<Status> | undefined
  readonly patch: readonly unknown[] | undefined
  readonly warnings: readonly string[]
}

const OPTIONS: Readonly<Record<Operation, string>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
  CONNECT: 'PodExecOptions'
}

/** A review; objects are in the version of `type`. */
export function reviewOf(
  call: Call,
  type: ResourceType,
  operation: Operation,
  object: KubeObject | undefined,
  before: KubeObject | undefined
) {
  const kindOf = (one: ResourceType) => {
    const sub = call.subresource === '' || call.subresource === 'status' ? undefined : one.subresources.get(call.subresource)
    return { group: sub?.group ?? one.group, version: sub?.version ?? one.version, kind: sub?.kind ?? one.kind }
  }
  const resourceOf = ({ group, version, plural }: ResourceType) => ({ group, version, resource: plural })
  const sub = call.subresource === '' ? {} : { subResource: call.subresource, requestSubResource: call.subresource }
  const { name, uid, groups, extra } = call.user
  const named = call.name || object?.metadata.name || before?.metadata.name
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: randomUUID(),
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
      options: { kind: OPTIONS[operation], apiVersion: 'meta.k8s.io/v1', ...(operation === 'DELETE' ? {} : { fieldManager: call.manager }) }
    }
  }
}

/** Reads an answer; throws an Error that says what is wrong with it. */
export function readResponse(answer: unknown, uid: string): ReviewResponse {
  const { apiVersion, kind, response } = (answer ?? {}) as {
    apiVersion?: unknown
    kind?: unknown
    response?: Readonly<Record<string, unknown>> | null
  }
  if (kind !== 'AdmissionReview' || apiVersion !== 'admission.k8s.io/v1') {
    throw new Error(
      `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${String(apiVersion)}, Kind=${String(kind)}`
    )
  }
  if (response === undefined || response === null || typeof response !== 'object') throw new Error('webhook response was absent')
  if (response['uid'] !== uid) throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`)
  const { patch, patchType, warnings, status } = response
  if (patch !== undefined && patchType !== 'JSONPatch')
    throw new Error(`webhook returned response.patch but not response.patchType=JSONPatch`)
  return {
    allowed: response['allowed'] === true,
    status: status as Partial<Status> | undefined,
    patch: typeof patch === 'string' && patch !== '' ? readPatch(patch) : undefined,
    warnings: Array.isArray(warnings) ? warnings.map(String) : []
  }
}

function readPatch(text: string): readonly unknown[] {
  const patch: unknown = JSON.parse(Buffer.from(text, 'base64').toString())
  if (!Array.isArray(patch)) throw new Error('webhook returned a patch that is no array')
  return patch
}

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
