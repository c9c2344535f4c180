/** Checks that an object is the one that its request's path names. */
import type { KubeObject } from '@knative-ts/api'
import { forbiddenMessage } from '../auth/attributes.ts'
import { storageKeyOf } from '../builtin/write-traits.ts'
import { badRequest, conflict, failure, plainFailure } from '../http/errors.ts'
import type { Call, World } from './call.ts'
import { versionProblem } from './resource-version.ts'

/** Fills in namespace from the path; throws 400 when the body says another. What has no namespace loses the one that it says. */
export function placeInNamespace(call: Call, object: KubeObject): void {
  const { metadata } = object
  if (!call.type.namespaced) {
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
  const problem = versionProblem(version)
  if (problem !== undefined) throw plainFailure(problem)
  return version
}

/** Throws 409 when the object is not the one, or not in the state, that the writer has seen. */
export function checkPreconditions(call: Call, object: KubeObject, current: KubeObject): void {
  const { uid } = object.metadata
  if (uid !== undefined && uid !== '' && uid !== current.metadata.uid) {
    throw uidMismatch(call, uid, current.metadata.uid ?? '')
  }
  checkVersion(call, object, current)
}

/** Throws 409 when the object is not in the state that the writer has seen. */
export function checkVersion(call: Call, object: KubeObject, current: KubeObject): void {
  const seen = versionSeen(object)
  if (seen !== undefined && seen !== current.metadata.resourceVersion) throw conflict(call.type, call.name)
}

/** 409 of a write for another object of the same name, in the words of the storage. */
export function uidMismatch({ type, namespace, name }: Call, wanted: string, found: string): Error {
  const key = storageKeyOf(type, namespace, name)
  const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`
  return conflict(type, name, why)
}

/** Throws 403 when the user may not create: asked of updates and applies that would. */
export function checkCreation(world: World, { user, type, namespace, name }: Call): void {
  const attributes = { verb: 'create', group: type.group, resource: type.plural, subresource: '', namespace, name }
  const { allowed, reason } = world.authorizer.authorize(user, attributes)
  if (allowed) return
  const details = { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural }
  throw failure(403, 'Forbidden', forbiddenMessage(user, attributes, reason), details)
}
