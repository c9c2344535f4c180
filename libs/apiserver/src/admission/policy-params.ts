/** The params that a binding hands to its policy (`plugin/policy/generic/policy_dispatcher.go`, CollectParams). */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Registry } from '../registry/registry.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { compileLabelSelector } from '../requests/label-selector.ts'
import { shownObject } from '../requests/versions.ts'
import type { ObjectStore } from '../store/object-store.ts'

/** The type of a policy's params; undefined when nothing of the kind is served. */
export function paramType(registry: Registry, { apiVersion = '', kind = '' }: k8s.ParamKind): ResourceType | undefined {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return registry.byKind(group ?? '', version ?? '', kind)
}

/** The params, `undefined` standing for none: the policy runs once for each. A text says why they cannot be had. */
export function paramsOf(
  { store, registry }: { readonly store: ObjectStore; readonly registry: Registry },
  kind: k8s.ParamKind | undefined,
  ref: k8s.ParamRef | undefined,
  requestNamespace: string
): readonly (KubeObject | undefined)[] | string {
  const type = kind == null ? undefined : paramType(registry, kind)
  if (type === undefined || ref == null) return [undefined]
  const namespace = type.namespaced ? ref.namespace || requestNamespace : ''
  if (type.namespaced && namespace === '') return 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources'
  if (!type.namespaced && ref.namespace) return 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`'
  if (ref.name) {
    const found = store.get({ resource: type.storage, namespace, name: ref.name })
    if (found !== undefined) return [shownObject(type, found)]
  } else {
    const matches = compileLabelSelector(ref.selector)
    const found = store.list(type.storage, namespace).filter(({ object }) => matches(object.metadata.labels))
    if (found.length > 0) return found.map((one) => shownObject(type, one))
  }
  return ref.parameterNotFoundAction === 'Deny' ? 'no params found for policy binding with `Deny` parameterNotFoundAction' : []
}
