import type { KubeObject, Parsed } from '@knative-ts/api'

/** ConversionReview of apiextensions.k8s.io/v1, as far as it is looked at. */
interface ConversionRequest {
  readonly uid: string
  readonly desiredAPIVersion: string
  readonly objects: readonly KubeObject[]
}

/** One object in another version, or what is wrong with it. */
export type Convert = (object: KubeObject, apiVersion: string) => Parsed<KubeObject>

/** Answers a review: all objects in the version that is asked for, or the first problem. Throws an Error for what is no review. */
export function answerConversion(review: unknown, convert: Convert): unknown {
  const { uid, desiredAPIVersion, objects } = requestIn(review)
  const convertedObjects: KubeObject[] = []
  for (const object of objects) {
    const converted = convert(object, desiredAPIVersion)
    if (!converted.ok) return reviewOf({ uid, convertedObjects: [], result: { status: 'Failure', message: converted.error } })
    convertedObjects.push(converted.value)
  }
  return reviewOf({ uid, convertedObjects, result: { status: 'Success' } })
}

const reviewOf = (response: object): unknown => ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', response })

function requestIn(review: unknown): ConversionRequest {
  const { apiVersion, kind, request } = (review ?? {}) as {
    apiVersion?: unknown
    kind?: unknown
    request?: Partial<ConversionRequest> | null
  }
  if (kind !== 'ConversionReview') throw new Error(`expected kind ConversionReview, got ${JSON.stringify(kind)}`)
  if (apiVersion !== 'apiextensions.k8s.io/v1')
    throw new Error(`expected apiVersion apiextensions.k8s.io/v1, got ${JSON.stringify(apiVersion)}`)
  if (typeof request?.uid !== 'string' || typeof request.desiredAPIVersion !== 'string' || !Array.isArray(request.objects)) {
    throw new Error('request must have uid, desiredAPIVersion and objects')
  }
  return request as ConversionRequest
}
