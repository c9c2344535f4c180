import { apiVersionOf, type KubeObject, type ObjectKey, type OwnerReference, type Resource } from '@knative-ts/api'

/** The owner reference that makes `owner` the controller of a child. The owner must come from the server (it needs its uid). */
export function controllerRefOf<T extends KubeObject>(owner: T, resource: Resource<T>): OwnerReference {
  const { name, uid } = owner.metadata
  if (name === undefined || uid === undefined) throw new Error(`${resource.kind} ${name ?? ''} has no uid: it was not read from the server`)
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, name, uid, controller: true, blockOwnerDeletion: true }
}

/** The reference to the object's controller, if it has one. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true)
}

/** Whether exactly this owner (by uid, so not one of the same name that came later) controls the object. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return owner.metadata.uid !== undefined && controllerOf(object)?.uid === owner.metadata.uid
}

/** For triggers: the key of the object's controller when that is a `resource`, whatever its version. */
export function controllerKeys(resource: Resource): (object: KubeObject) => readonly ObjectKey[] {
  return (object) => {
    const reference = controllerOf(object)
    if (reference === undefined || reference.kind !== resource.kind || groupOf(reference.apiVersion) !== resource.group) return []
    return [{ namespace: resource.namespaced ? (object.metadata.namespace ?? '') : '', name: reference.name }]
  }
}

/** An index function: files objects under the uid of their controller. */
export function byController(object: KubeObject): readonly string[] {
  const uid = controllerOf(object)?.uid
  return uid === undefined ? [] : [uid]
}

/** An index function: files objects under the uids of all their owners. */
export function byOwner(object: KubeObject): readonly string[] {
  return object.metadata.ownerReferences?.map((reference) => reference.uid) ?? []
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}
