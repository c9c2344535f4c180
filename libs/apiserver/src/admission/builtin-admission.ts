/** Admission that needs no webhook: namespace life cycle, service accounts of pods, priority. Synchronous, before any webhook. */
import type { KubeObject } from '@knative-ts/api'
import { rbacGroup } from '../auth/rbac-kinds.ts'
import type * as k8s from '@knative-ts/api/kubernetes'
import { admitGrant } from './grant-admission.ts'
import { forbidden, notFound } from '../http/errors.ts'
import type { Call, World } from '../requests/call.ts'
import { applyLimitDefaults } from '../quota/limit-range-admission.ts'
import { tolerateLostNodes } from '../builtin/pods/toleration.defaults.ts'
import { admitPriority, admitPriorityClass, admitRuntimeClass } from './pod-class-admission.ts'
import { admitServiceAccount } from './service-account-admission.ts'
import { SIGNING_REQUESTS } from '../builtin/policies/signing-request.ts'
import { admitSigningRequest } from './signing-request-admission.ts'
import { admitStorage } from './storage-admission.ts'

const NAMESPACES = { group: '', plural: 'namespaces', kind: 'Namespace' }

/** May change `object` in place; throws 403 and 404. */
export function admitBuiltin(world: World, call: Call, operation: 'CREATE' | 'UPDATE', object: KubeObject, before?: KubeObject): void {
  if (call.type.group === rbacGroup) admitGrant(world, call, object, before)
  if (call.type.storage === SIGNING_REQUESTS) admitSigningRequest(world, call, operation, object as k8s.CertificateSigningRequest)
  admitPriorityClass(world, call, object)
  if (operation !== 'CREATE') return
  checkNamespace(world, call, object)
  admitStorage(world, call, object)
  if (call.type.storage === '/pods') {
    const pod = object as k8s.Pod
    applyLimitDefaults(world, call, pod)
    admitServiceAccount(world, call, pod)
    admitPriority(world, call, pod)
    if (pod.spec !== undefined) tolerateLostNodes(pod.spec)
    admitRuntimeClass(world, call, pod)
  }
}

function checkNamespace(world: World, call: Call, { metadata: { name = '' } }: KubeObject): void {
  if (!call.type.namespaced) return
  const namespace = world.store.get({ resource: '/namespaces', namespace: '', name: call.namespace })?.object as k8s.Namespace | undefined
  if (namespace === undefined) throw notFound(NAMESPACES, call.namespace)
  if (namespace.metadata.deletionTimestamp === undefined && namespace.status?.phase !== 'Terminating') return
  const why = `unable to create new content in namespace ${call.namespace} because it is being terminated`
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${call.namespace} is being terminated`, field: 'metadata.namespace' }
  throw forbidden(call.type, name, why, { causes: [cause] })
}
