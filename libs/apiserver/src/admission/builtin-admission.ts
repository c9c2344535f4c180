/** Admission that needs no webhook: namespace life cycle, service accounts of pods, priority. Synchronous, before any webhook. */
import type { KubeObject } from '@knative-ts/api'
import { rbacGroup } from '../auth/rbac-kinds.ts'
import type * as k8s from '@knative-ts/api/kubernetes'
import { admitGrant } from './grant-admission.ts'
import { labelProblems } from '../builtin/names.ts'
import { forbidden, notFound } from '../http/errors.ts'
import type { Call, World } from '../requests/call.ts'
import { applyLimitDefaults } from '../quota/limit-range-admission.ts'
import { admitServiceAccount } from './service-account-admission.ts'
import { admitStorage } from './storage-admission.ts'

const NAMESPACES = { group: '', plural: 'namespaces', kind: 'Namespace' }

/** May change `object` in place; throws 403 and 404. */
export function admitBuiltin(world: World, call: Call, operation: 'CREATE' | 'UPDATE', object: KubeObject, before?: KubeObject): void {
  if (call.type.group === rbacGroup) admitGrant(world, call, object, before)
  if (operation !== 'CREATE') return
  checkNamespace(world, call)
  admitStorage(world, call, object)
  if (call.type.storage === '/pods') {
    const pod = object as k8s.Pod
    warnOfLongName(call, pod)
    admitServiceAccount(world, call, pod)
    applyLimitDefaults(world, call, pod)
    admitPriority(world, call, pod)
  }
}

function checkNamespace(world: World, call: Call): void {
  if (!call.type.namespaced) return
  const namespace = world.store.get({ resource: '/namespaces', namespace: '', name: call.namespace })?.object as k8s.Namespace | undefined
  if (namespace === undefined) throw notFound(NAMESPACES, call.namespace)
  if (namespace.metadata.deletionTimestamp === undefined && namespace.status?.phase !== 'Terminating') return
  const why = `unable to create new content in namespace ${call.namespace} because it is being terminated`
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${call.namespace} is being terminated`, field: 'metadata.namespace' }
  throw forbidden(call.type, call.name, why, { causes: [cause] })
}

function warnOfLongName(call: Call, { metadata: { name = '' } }: k8s.Pod): void {
  const problems = labelProblems(name)
  if (name === '' || problems.length === 0) return
  call.warn(
    `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: ${bracketed(problems)}`
  )
}

const bracketed = (problems: readonly string[]) => `[${problems.join(' ')}]`

const SYSTEM_PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000]
])

function admitPriority(world: World, call: Call, pod: k8s.Pod): void {
  const name = pod.spec?.priorityClassName
  if (pod.spec === undefined || !name) return
  const stored = world.store.get({ resource: 'scheduling.k8s.io/priorityclasses', namespace: '', name })?.object as
    | k8s.PriorityClass
    | undefined
  const value = stored?.value ?? SYSTEM_PRIORITIES.get(name)
  if (value === undefined) throw forbidden(call.type, pod.metadata.name ?? '', `no PriorityClass with name ${name} was found`)
  pod.spec.priority = value
  if (stored?.preemptionPolicy !== undefined) pod.spec.preemptionPolicy ??= stored.preemptionPolicy
}
