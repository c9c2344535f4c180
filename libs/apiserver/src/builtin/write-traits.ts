/** How kinds are replaced: what `Strategy.AllowCreateOnUpdate` and `AllowUnconditionalUpdate` say in Kubernetes' `pkg/registry`. */
import type { ResourceType } from '../registry/resource-type.ts'
import { storageOf } from './rules.ts'

/** A PUT of what is missing creates it. */
const CREATED_BY_PUT = new Set([
  '/endpoints',
  '/events',
  '/limitranges',
  '/services',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'rbac.authorization.k8s.io/roles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/clusterrolebindings'
])

/** Whether a PUT may create. */
export const isCreatedByPut = (type: ResourceType) => type.custom === undefined && CREATED_BY_PUT.has(storageOf(type))

/** A PUT must name the version that it replaces. */
const CONDITIONAL = new Set([
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets'
])

/** Whether a PUT has to name the version that it replaces. */
export const isReplacedByVersion = (type: ResourceType) => type.custom !== undefined || CONDITIONAL.has(storageOf(type))

/** Key prefixes that are not the plural, for history's sake. */
const PREFIXES: Readonly<Record<string, string>> = {
  '/services': 'services/specs',
  '/endpoints': 'services/endpoints',
  '/nodes': 'minions',
  '/replicationcontrollers': 'controllers',
  'networking.k8s.io/ingresses': 'ingress',
  'apiextensions.k8s.io/customresourcedefinitions': 'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices': 'apiregistration.k8s.io/apiservices'
}

/** The key in etcd of an object: refusals of preconditions name it. */
export function storageKeyOf(type: ResourceType, namespace: string, name: string): string {
  const prefix = type.custom === undefined ? (PREFIXES[storageOf(type)] ?? type.plural) : `${type.group}/${type.plural}`
  return `/registry/${prefix}/${namespace === '' ? '' : `${namespace}/`}${name}`
}
