/** serviceaccounts/token: a bound token for an account. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import type { BoundObject, ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import { badRequest, conflict, invalid, invalidValue, notFound } from '../http/errors.ts'
import type { Call, World } from './call.ts'
import { get } from './get.ts'

const TOKEN_REQUEST = { group: 'authentication.k8s.io', plural: 'tokenrequests', kind: 'TokenRequest' }
const LEAST_SECONDS = 600
const DEFAULT_SECONDS = 3600
const BOUND: ReadonlyMap<string, string> = new Map(Object.entries({ Pod: 'pods', Secret: 'secrets' }))

/** Issues a token. 404 for the account or the bound object, 422 for a lifetime below ten minutes. */
export function requestToken(world: World, tokens: ServiceAccountTokens, call: Call, request: k8s.TokenRequest): KubeObject {
  const spec: Partial<k8s.TokenRequestSpec> = request.spec ?? {}
  const seconds = spec.expirationSeconds ?? DEFAULT_SECONDS
  if (seconds < LEAST_SECONDS) {
    throw invalid(TOKEN_REQUEST, '', [invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes')])
  }
  if (seconds > 2 ** 32)
    throw invalid(TOKEN_REQUEST, '', [
      invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration larger than 2^32 seconds')
    ])
  const account = get(world, { ...call, subresource: '' }).object
  const bound = boundOf(world, call, spec)
  const audiences = spec.audiences ?? []
  const node = bound?.pod?.node
  const issued = tokens.issue({
    namespace: call.namespace,
    serviceAccount: { name: call.name, uid: account.metadata.uid ?? '' },
    ...(audiences.length > 0 ? { audiences } : {}),
    expirationSeconds: seconds,
    ...(bound?.pod === undefined ? {} : { pod: bound.pod.object }),
    ...(bound?.secret === undefined ? {} : { secret: bound.secret }),
    ...(node ? { node: nodeOf(world, node) } : {})
  })
  return {
    ...request,
    metadata: {
      name: call.name,
      namespace: call.namespace,
      creationTimestamp: secondTime(world.clock())
    },
    spec: { ...spec, audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
    status: issued
  } as KubeObject
}

/** `group/version`, with the slash where there is no group, too. */
const groupVersion = (apiVersion: string) => (apiVersion.includes('/') ? apiVersion : `/${apiVersion}`)

interface Bound {
  readonly pod?: { readonly object: BoundObject; readonly node: string | undefined }
  readonly secret?: BoundObject
}

function boundOf(world: World, call: Call, { boundObjectRef: reference }: Partial<k8s.TokenRequestSpec>): Bound | undefined {
  if (reference === undefined || reference === null) return undefined
  const plural = BOUND.get(reference.kind ?? '')
  if (plural === undefined)
    throw badRequest(`cannot bind token to object of type ${groupVersion(reference.apiVersion ?? '')}, Kind=${reference.kind}`)
  const name = reference.name ?? ''
  const stored = world.store.get({ resource: `/${plural}`, namespace: call.namespace, name })?.object
  const type = { group: '', plural, kind: reference.kind ?? '' }
  if (stored === undefined) throw notFound(type, name)
  const uid = stored.metadata.uid ?? ''
  if (reference.uid && reference.uid !== uid) {
    throw conflict(
      type,
      name,
      `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`
    )
  }
  if (plural === 'secrets') return { secret: { name, uid } }
  const { spec } = stored as k8s.Pod
  if (spec?.serviceAccountName !== call.name)
    throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(call.name)} to pod running with different serviceaccount name.`)
  return { pod: { object: { name, uid }, node: spec.nodeName } }
}

function nodeOf(world: World, name: string): { name: string; uid?: string } {
  const uid = world.store.get({ resource: '/nodes', namespace: '', name })?.object.metadata.uid
  return uid === undefined ? { name } : { name, uid }
}
