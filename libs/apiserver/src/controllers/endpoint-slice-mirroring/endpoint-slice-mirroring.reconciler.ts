import { keyOf, type ObjectKey } from '@knative-ts/api'
import { endpoints, endpointSlices, services, type EndpointSlice } from '@knative-ts/api/kubernetes'
import { createReconcileLoop, isNotFound, settled, triggeredBy, type Outcome, type ReconcileLoop } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { managedByLabel, serviceNameLabel } from '../endpoint-slice/endpoint-slice.plan.ts'
import { isMirrored, mirroredBy, planMirror } from './endpoint-slice-mirroring.plan.ts'

const keyOfSource = (slice: EndpointSlice): readonly ObjectKey[] =>
  slice.metadata.labels?.[managedByLabel] === mirroredBy
    ? [{ namespace: slice.metadata.namespace ?? '', name: slice.metadata.labels[serviceNameLabel] ?? '' }]
    : []

/** Mirrors Endpoints that somebody wrote by hand into EndpointSlices, which is what the network reads. */
export function endpointSliceMirroringLoop({ client, factory, log, clock }: ControllerContext): ReconcileLoop {
  const informer = factory.informer(endpoints)
  const allServices = factory.informer(services)
  const slices = factory.informer(endpointSlices, {
    indexes: { mirrored: (slice) => keyOfSource(slice).map(({ namespace, name }) => `${namespace}/${name}`) }
  })
  /** Slices of the last pass that the cache does not show yet: without waiting for them there would be two of each. */
  const expected = new Map<string, Set<string>>()

  const remove = async (doomed: readonly EndpointSlice[]): Promise<void> => {
    for (const slice of doomed)
      await client.delete(endpointSlices, keyOf(slice)).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const name = `${key.namespace}/${key.name}`
    const existing = slices.cache.byIndex('mirrored', name)
    const source = informer.cache.get(key)
    if (!isMirrored(source, allServices.cache.get(key))) {
      expected.delete(name)
      await remove(existing)
      return settled
    }
    for (const slice of existing) expected.get(name)?.delete(slice.metadata.uid ?? '')
    if ((expected.get(name)?.size ?? 0) > 0) return settled
    const plan = planMirror(source, existing)
    const created = new Set<string>()
    expected.set(name, created)
    for (const slice of plan.create) created.add((await client.create(endpointSlices, slice)).metadata.uid ?? '')
    for (const slice of plan.update) await client.update(endpointSlices, slice)
    await remove(plan.remove)
    for (const slice of slices.cache.byIndex('mirrored', name)) created.delete(slice.metadata.uid ?? '')
    return settled
  }

  return createReconcileLoop({
    name: 'endpoint-slice-mirroring-controller',
    log,
    clock,
    triggers: [triggeredBy(informer), triggeredBy(allServices), triggeredBy(slices, keyOfSource)],
    reconcile
  })
}
