import { keyOf, type ObjectKey, type Resource } from '@knative-ts/api'
import { namespaces, type Namespace } from '@knative-ts/api/kubernetes'
import {
  createReconcileLoop,
  equalJson,
  errorText,
  isConflict,
  isNotFound,
  type Outcome,
  type ReconcileLoop,
  settled,
  triggeredBy
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import type { LiveObjects } from '../live-objects.ts'
import { deletionConditions, type Remainder } from './namespace.conditions.ts'

const finalizer = 'kubernetes'

/** Empties namespaces that are on their way out, then lets them go. */
export function namespaceLoop(context: ControllerContext, live: LiveObjects): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(namespaces)

  /** Asks for the deletion of everything of one resource; what is still there afterwards. */
  const empty = async (resource: Resource, namespace: string): Promise<Remainder | undefined> => {
    for (const object of (await client.list(resource, { namespace })).items) {
      if (object.metadata.deletionTimestamp !== undefined) continue
      await client.delete(resource, keyOf(object), { propagationPolicy: 'Background' }).catch((error: unknown) => {
        if (!isNotFound(error) && !isConflict(error)) throw error
      })
    }
    const { items } = await client.list(resource, { namespace })
    if (items.length === 0) return undefined
    const finalizers: Record<string, number> = {}
    for (const object of items) for (const name of object.metadata.finalizers ?? []) finalizers[name] = (finalizers[name] ?? 0) + 1
    return { resource: `${resource.plural}.${resource.group}`, count: items.length, finalizers }
  }

  const finalize = async (namespace: Namespace): Promise<void> => {
    const rest = (namespace.spec?.finalizers ?? []).filter((name) => name !== finalizer)
    const body = JSON.stringify({ ...namespace, spec: { ...namespace.spec, finalizers: rest } })
    const path = `/api/v1/namespaces/${namespace.metadata.name}/finalize`
    const answer = await client.raw({ method: 'PUT', path, body, headers: { 'content-type': 'application/json' } })
    if (answer.status >= 400 && answer.status !== 404) throw new Error(`PUT ${path}: HTTP ${answer.status}: ${answer.body.slice(0, 300)}`)
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const namespace = informer.cache.get(key)
    if (namespace === undefined || namespace.metadata.deletionTimestamp === undefined) return settled
    if (!(namespace.spec?.finalizers ?? []).includes(finalizer)) return settled
    const remainders: Remainder[] = []
    let failure: unknown
    for (const resource of live.resources().filter((candidate) => candidate.namespaced)) {
      try {
        const remainder = await empty(resource, key.name)
        if (remainder !== undefined) remainders.push(remainder)
      } catch (error) {
        // The others go all the same; this one is told in a condition and tried again.
        failure ??= error
      }
    }
    if (remainders.length === 0 && failure === undefined) {
      // The version that was read last would conflict with this pass's own condition write, so the newest is asked for.
      await finalize(await client.get(namespaces, key))
      return settled
    }
    const message = failure === undefined ? undefined : errorText(failure)
    const conditions = deletionConditions(namespace.status?.conditions ?? [], remainders, message, clock.now())
    const status = { ...namespace.status, phase: 'Terminating', conditions }
    if (!equalJson(namespace.status, status)) await client.updateStatus(namespaces, { ...namespace, status })
    if (failure !== undefined) throw failure
    return settled
  }

  const loop = createReconcileLoop({ name: 'namespace-controller', log, clock, triggers: [triggeredBy(informer)], reconcile })
  // The last object that goes opens the way: no polling.
  live.onChange(({ before, after }) => {
    const name = (after ?? before)?.key.namespace ?? ''
    if (name === '' || informer.cache.get({ namespace: '', name })?.metadata.deletionTimestamp === undefined) return
    if (after === undefined || before === undefined) loop.enqueue({ namespace: '', name })
  })
  return loop
}
