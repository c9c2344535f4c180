/** Checks that an object is the one that its request's path names. */
import type { KubeObject } from '@knative-ts/api'
import { badRequest, conflict, plainFailure } from '../http/errors.ts'
import type { Call } from './call.ts'

/** Fills in namespace from the path; throws 400 when the body says another. */
export function placeInNamespace(call: Call, object: KubeObject): void {
  const { metadata } = object
  if (!call.type.namespaced) {
    if (metadata.namespace && call.type.custom === undefined) throw badRequest('namespace may not be set on cluster-scoped resources')
    delete metadata.namespace
    return
  }
  metadata.namespace ||= call.namespace
  if (metadata.namespace !== call.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
}

/** Throws 400 when an update's body is without a name or with another one than the path. */
export function checkName(call: Call, object: KubeObject): void {
  const { name } = object.metadata
  if (!name) throw badRequest(`the name of the object (${call.name} based on URL) was undeterminable: name must be provided`)
  if (name !== call.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name})`)
}

/** The version that the writer has seen; undefined when it does not say. Throws 500 for a word, as the reference does. */
export function versionSeen(object: KubeObject): string | undefined {
  const version = object.metadata.resourceVersion
  if (version === undefined || version === '' || version === '0') return undefined
  if (!/^\d+$/.test(version))
    throw plainFailure(`Invalid value: ${JSON.stringify(version)}: strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`)
  return version
}

/** Throws 409 when the object is not the one, or not in the state, that the writer has seen. */
export function checkPreconditions(call: Call, object: KubeObject, current: KubeObject): void {
  const { uid } = object.metadata
  if (uid !== undefined && uid !== '' && uid !== current.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`
    throw conflict(call.type, call.name, why)
  }
  const seen = versionSeen(object)
  if (seen !== undefined && seen !== current.metadata.resourceVersion) throw conflict(call.type, call.name)
}
