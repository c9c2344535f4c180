/** What every Kubernetes object has in common, as it travels on the wire. */

/** One owner of an object; `controller: true` on at most one of them. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** `metadata` of any object. Times are RFC 3339 strings with second precision. */
export interface ObjectMeta {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: unknown[]
  selfLink?: string
}

/** Any object of any kind. `spec` and `status` are typed by the kinds that extend it. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
}

/** Names one object of a known resource. `namespace` is '' for cluster-scoped ones. */
export interface ObjectKey {
  readonly namespace: string
  readonly name: string
}

/**
 * Where objects of one kind live in the API. `T` is carried for the compiler only.
 * `group` is '' for the core group; `plural` is the path segment (`pods`, `services`).
 */
export interface Resource<T extends KubeObject = KubeObject> {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
  /** Never set: it makes `Resource<Pod>` and `Resource<Node>` different types. */
  readonly of?: T
}

/** `v1` or `apps/v1`: the `apiVersion` of a resource's objects. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}

/** The key of an object as the server returned it. */
export function keyOf(object: KubeObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' }
}

/** `namespace/name`, or `name` alone for cluster-scoped objects: for maps and logs. */
export function keyText(key: ObjectKey): string {
  return key.namespace === '' ? key.name : `${key.namespace}/${key.name}`
}

/** The inverse of {@link keyText}. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/')
  return slash < 0 ? { namespace: '', name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) }
}
