/** DELETE of one object: preconditions, grace, propagation, finalizers. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import { IMMORTAL_NAMESPACES } from '../builtin/namespace.ts'
import { storageOf } from '../builtin/rules.ts'
import { CLEANUP_FINALIZER, DEFINITIONS } from '../crd/definition.ts'
import { conflict, forbidden, notFound } from '../http/errors.ts'
import type { WriteDecision } from '../store/object-store.ts'
import { type Call, type Shown, type World } from './call.ts'
import type { DeleteOptions } from './delete-options.ts'
import { shown, shownObject } from './versions.ts'

/** The object as it was, or as it lingers. */
export interface Deleted extends Shown {
  readonly gone: boolean
}

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'
const DEFAULT_POD_GRACE = 30
const TRIES = 10

/** Deletes, or asks to leave. 404 when it is not there, 409 when a precondition fails. */
export async function remove(world: World, call: Call, options: DeleteOptions): Promise<Deleted> {
  if (call.type.storage === '/namespaces' && IMMORTAL_NAMESPACES.includes(call.name)) {
    throw forbidden(call.type, call.name, 'this namespace may not be deleted')
  }
  const key = { resource: storageOf(call.type), namespace: call.namespace, name: call.name }
  let admittedAt: number | undefined
  for (let tries = 0; tries < TRIES; tries++) {
    let waiting: { readonly revision: number; readonly before: KubeObject } | undefined
    let outcome: { object: KubeObject; gone: boolean } | undefined
    const stored = await world.conversions.with(() =>
      world.store.write(key, (current): WriteDecision => {
        if (current === undefined) throw notFound(call.type, call.name)
        checkDeletePreconditions(call, options, current.object)
        if (admittedAt !== current.revision) {
          const before = shownObject(call.type, current)
          if (world.webhooks.concerns('any', call, 'DELETE', undefined, before)) {
            waiting = { revision: current.revision, before }
            return { kind: 'unchanged' }
          }
          world.policies.validate(call, 'DELETE', undefined, before)
        }
        const decision = leave(world, call, options, current.object)
        const object =
          decision.kind === 'put' ? decision.object : decision.kind === 'delete' ? (decision.last ?? current.object) : current.object
        outcome = { object, gone: decision.kind === 'delete' }
        if (call.dryRun) return { kind: 'unchanged' }
        if (outcome.gone) world.addresses.forget(current.object)
        return decision
      })
    )
    if (waiting !== undefined) {
      const { before } = waiting
      await world.webhooks.mutate(call, 'DELETE', undefined, before)
      world.policies.validate(call, 'DELETE', undefined, before)
      await world.webhooks.validate(call, 'DELETE', undefined, before)
      admittedAt = waiting.revision
      continue
    }
    if (outcome === undefined) break
    const answer = call.dryRun || stored === undefined ? { object: outcome.object } : stored
    const left = await world.conversions.with(() => shown(call.type, answer))
    return { ...pick(left), gone: outcome.gone }
  }
  throw conflict(call.type, call.name)
}

const pick = ({ object, json }: Shown): Shown => (json === undefined ? { object } : { object, json })

/** These refusals name the kind, not the resource: `k8s.io/apiserver/pkg/registry/rest/delete.go`. */
function checkDeletePreconditions({ type, name }: Call, { preconditions }: DeleteOptions, current: KubeObject): void {
  const { uid, resourceVersion } = current.metadata
  const named = { ...type, plural: type.kind }
  const wanted = preconditions?.uid
  if (wanted !== undefined && wanted !== uid) {
    const why = `the UID in the precondition (${wanted}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`
    throw conflict(named, name, why)
  }
  const version = preconditions?.resourceVersion
  if (version !== undefined && version !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${version}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`
    throw conflict(named, name, why)
  }
}

/** What a wish to delete makes of an object. */
function leave(world: World, call: Call, options: DeleteOptions, current: KubeObject): WriteDecision {
  const before = current.metadata
  const grace = graceOf(call, options, current)
  const finalizers = finalizersOf(call, options, before)
  const held =
    finalizers.length > 0 || (call.type.storage === '/namespaces' && ((current as k8s.Namespace).spec?.finalizers ?? []).length > 0)
  const leaving = before.deletionTimestamp !== undefined
  if (!held && grace === 0) {
    // Only kinds that leave gracefully carry the mark in their last state.
    return call.type.storage === '/pods' ? { kind: 'delete', last: leavingAt(world, current, 0, undefined) } : { kind: 'delete' }
  }
  const shorter = leaving && grace < (before.deletionGracePeriodSeconds ?? 0)
  if (leaving && !shorter && sameNames(finalizers, before.finalizers ?? [])) return { kind: 'unchanged' }
  if (leaving && !shorter) {
    return { kind: 'put', object: { ...current, metadata: { ...before, finalizers } } }
  }
  return { kind: 'put', object: leavingAt(world, current, grace, finalizers) }
}

function leavingAt(world: World, current: KubeObject, grace: number, finalizers: string[] | undefined): KubeObject {
  const before = current.metadata
  const kept = finalizers === undefined || finalizers.length === 0 ? {} : { finalizers }
  const { finalizers: _old, ...rest } = before
  const first = before.deletionTimestamp === undefined
  const left: KubeObject = {
    ...current,
    metadata: {
      ...rest,
      ...kept,
      ...(before.generation === undefined || !first ? {} : { generation: before.generation + 1 }),
      deletionTimestamp: secondTime(world.clock() + grace * 1000),
      deletionGracePeriodSeconds: grace
    }
  }
  if (current.kind !== 'Namespace') return left
  return { ...left, status: { ...(current as k8s.Namespace).status, phase: 'Terminating' } } as KubeObject
}

/** Seconds. Only pods leave gracefully, and only from a node: nobody is there to stop the others. */
function graceOf(call: Call, options: DeleteOptions, current: KubeObject): number {
  if (call.type.storage !== '/pods') return 0
  const pod = current as k8s.Pod
  if (!pod.spec?.nodeName || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return 0
  const asked = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_POD_GRACE
  const already = pod.metadata.deletionTimestamp === undefined ? undefined : pod.metadata.deletionGracePeriodSeconds
  return Math.min(Math.max(asked < 0 ? 1 : asked, 0), already ?? Number.POSITIVE_INFINITY)
}

function finalizersOf(call: Call, options: DeleteOptions, before: KubeObject['metadata']): string[] {
  const names = new Set(before.finalizers)
  const policy = options.propagationPolicy
  if (policy !== undefined) {
    names.delete(ORPHAN)
    names.delete(FOREGROUND)
    if (policy === 'Orphan') names.add(ORPHAN)
    if (policy === 'Foreground') names.add(FOREGROUND)
  }
  // Instances go before their definition does.
  if (call.type.storage === DEFINITIONS && before.deletionTimestamp === undefined) names.add(CLEANUP_FINALIZER)
  return [...names]
}

const sameNames = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((name) => b.includes(name))
