/** AdmissionReview of admission.k8s.io/v1: what an API server asks, and what it may be told. */
import type { KubeObject } from '@knative-ts/api'
import type { JsonPatchOperation } from '@knative-ts/kube'

/** One question. Objects are null where the operation has none. */
export interface AdmissionRequest {
  readonly uid: string
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string }
  readonly subResource?: string
  readonly namespace?: string
  /** Empty for an object whose name the server makes up. */
  readonly name?: string
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] }
  readonly object: KubeObject | null
  readonly oldObject: KubeObject | null
  readonly dryRun?: boolean
}

/** One answer, before it is put into a review. `refusal` is the text that the user reads. */
export interface AdmissionAnswer {
  readonly refusal?: string
  readonly patch?: readonly JsonPatchOperation[]
  readonly warnings?: readonly string[]
}

/** Answers one kind of question. What it throws is the webhook's own failure (500). */
export type Reviewer = (request: AdmissionRequest) => AdmissionAnswer | Promise<AdmissionAnswer>

/** The request in a review; throws an Error that says what is wrong with it. */
export function requestIn(review: unknown): AdmissionRequest {
  const { apiVersion, kind, request } = (review ?? {}) as {
    apiVersion?: unknown
    kind?: unknown
    request?: Partial<AdmissionRequest> | null
  }
  if (kind !== 'AdmissionReview') throw new Error(`expected kind AdmissionReview, got ${JSON.stringify(kind)}`)
  if (apiVersion !== 'admission.k8s.io/v1') throw new Error(`expected apiVersion admission.k8s.io/v1, got ${JSON.stringify(apiVersion)}`)
  if (typeof request?.uid !== 'string' || typeof request.kind?.kind !== 'string' || typeof request.operation !== 'string') {
    throw new Error('request must have uid, kind and operation')
  }
  return { ...request, object: request.object ?? null, oldObject: request.oldObject ?? null } as AdmissionRequest
}

/** The review that carries an answer. */
export function reviewOf(request: AdmissionRequest, answer: AdmissionAnswer): unknown {
  const { refusal, patch = [], warnings = [] } = answer
  const refused = refusal === undefined ? {} : { status: { status: 'Failure', message: refusal, reason: 'BadRequest', code: 400 } }
  const patched =
    refusal !== undefined || patch.length === 0
      ? {}
      : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }
  const response = {
    uid: request.uid,
    allowed: refusal === undefined,
    ...refused,
    ...patched,
    ...(warnings.length === 0 ? {} : { warnings })
  }
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }
}
