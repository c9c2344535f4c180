import { keyOf, type ObjectKey } from '@knative-ts/api'
import { endpointSlices, pods, services, type EndpointSlice, type Pod, type Service } from '@knative-ts/api/kubernetes'
import { createReconcileLoop, isNotFound, secondTime, settled, triggeredBy, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { managedBy, managedByLabel, planSlices, serviceNameLabel } from './endpoint-slice.plan.ts'

/** When the change that a slice shows was made; read by those who measure how fast it spread. */
const triggerTime = 'endpoints.kubernetes.io/last-change-trigger-time'

const byService = (slice: EndpointSlice): readonly string[] =>
  slice.metadata.labels?.[managedByLabel] === managedBy
    ? [`${slice.metadata.namespace}/${slice.metadata.labels[serviceNameLabel] ?? ''}`]
    : []

/** Keeps the EndpointSlices of Services with a selector. Services without one, and slices that others manage, are left alone. */
export function endpointSliceLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const allServices = factory.informer(services)
  const allPods = factory.informer(pods)
  const slices = factory.informer(endpointSlices, { indexes: { service: byService } })
  /** Slices written by the last pass of a Service that the cache does not show yet: planning on the older ones would make more. */
  const written = new Map<string, ReadonlyMap<string, EndpointSlice>>()

  const existingOf = (name: string): readonly EndpointSlice[] => {
    const cached = slices.cache.byIndex('service', name)
    const fresh = new Map(cached.map((slice) => [slice.metadata.uid ?? '', slice]))
    for (const [uid, slice] of written.get(name) ?? []) {
      const known = fresh.get(uid)
      if (known === undefined || versionOf(known) < versionOf(slice)) fresh.set(uid, slice)
    }
    return [...fresh.values()]
  }

  slices.onChange(({ before, after }) => {
    const slice = after ?? before
    for (const name of slice === undefined ? [] : byService(slice)) {
      const pending = new Map(written.get(name))
      const expected = pending.get(slice?.metadata.uid ?? '')
      if (expected === undefined || (after !== undefined && versionOf(after) < versionOf(expected))) continue
      pending.delete(slice?.metadata.uid ?? '')
      if (pending.size === 0) written.delete(name)
      else written.set(name, pending)
    }
  })

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const name = `${key.namespace}/${key.name}`
    const service = allServices.cache.get(key)
    // The slices of a Service that is gone are the garbage collector's.
    if (service === undefined || service.metadata.deletionTimestamp !== undefined || !hasSelector(service)) {
      written.delete(name)
      return settled
    }
    const selected = allPods.cache.list(key.namespace).filter((pod) => selects(service, pod))
    const plan = planSlices(service, selected, existingOf(name))
    const stamp = (slice: EndpointSlice): EndpointSlice => ({
      ...slice,
      metadata: { ...slice.metadata, annotations: { ...slice.metadata.annotations, [triggerTime]: secondTime(clock.now()) } }
    })
    const results: EndpointSlice[] = []
    try {
      for (const slice of plan.create) results.push(await client.create(endpointSlices, stamp(slice)))
      for (const slice of plan.update) results.push(await client.update(endpointSlices, stamp(slice)))
      for (const slice of plan.remove) {
        await client.delete(endpointSlices, keyOf(slice)).catch((error: unknown) => {
          if (!isNotFound(error)) throw error
        })
      }
    } catch (error) {
      // What was remembered may be what is wrong: the next pass trusts the cache.
      written.delete(name)
      throw error
    }
    const unseen = results.filter((slice) => {
      const cached = slices.cache.get(keyOf(slice))
      return cached === undefined || versionOf(cached) < versionOf(slice)
    })
    if (unseen.length > 0)
      written.set(name, new Map([...(written.get(name) ?? []), ...unseen.map((slice) => [slice.metadata.uid ?? '', slice] as const)]))
    return settled
  }

  return createReconcileLoop({
    name: 'endpoint-slice-controller',
    log,
    clock,
    triggers: [
      triggeredBy(allServices),
      triggeredBy(slices, (slice) =>
        byService(slice).map((name) => ({ namespace: slice.metadata.namespace ?? '', name: name.slice(name.indexOf('/') + 1) }))
      ),
      triggeredBy(allPods, (pod) =>
        allServices.cache
          .list(pod.metadata.namespace ?? '')
          .filter((service) => selects(service, pod))
          .map(keyOf)
      )
    ],
    reconcile
  })
}

/** Whether this platform finds the pods of the Service; otherwise its endpoints are written by hand. */
export function hasSelector(service: Service): boolean {
  return Object.keys(service.spec?.selector ?? {}).length > 0 && service.spec?.type !== 'ExternalName'
}

export function selects(service: Service, pod: Pod): boolean {
  return hasSelector(service) && Object.entries(service.spec?.selector ?? {}).every(([key, value]) => pod.metadata.labels?.[key] === value)
}

const versionOf = (slice: EndpointSlice): number => Number(slice.metadata.resourceVersion ?? 0)
