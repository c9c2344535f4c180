import { keyOf, type ObjectKey } from '@knative-ts/api'
import { endpoints, pods, services, type Endpoints } from '@knative-ts/api/kubernetes'
import {
  createReconcileLoop,
  equalJson,
  isAlreadyExists,
  isNamespaceTerminating,
  isNotFound,
  secondTime,
  settled,
  triggeredBy,
  type Outcome,
  type ReconcileLoop
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { hasSelector, selects } from '../endpoint-slice/endpoint-slice.reconciler.ts'
import { WrittenVersions } from '../written-versions.ts'
import { endpointsOf, managedBy, managedByLabel } from './endpoints.plan.ts'

const triggerTime = 'endpoints.kubernetes.io/last-change-trigger-time'

/** Keeps the Endpoints of Services with a selector, for clients that do not read EndpointSlices. */
export function endpointsLoop({ client, factory, log, clock }: ControllerContext): ReconcileLoop {
  const allServices = factory.informer(services)
  const allPods = factory.informer(pods)
  const informer = factory.informer(endpoints)
  const written = new WrittenVersions()

  const removeOurs = async (key: ObjectKey, current: Endpoints | undefined): Promise<void> => {
    if (current?.metadata.labels?.[managedByLabel] !== managedBy) return
    await client.delete(endpoints, key).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const service = allServices.cache.get(key)
    const current = informer.cache.get(key)
    if (service === undefined || service.metadata.deletionTimestamp !== undefined) {
      await removeOurs(key, current)
      return settled
    }
    if (!hasSelector(service) || (current !== undefined && written.isBehind(current))) return settled
    const selected = allPods.cache.list(key.namespace).filter((pod) => selects(service, pod))
    const wanted = endpointsOf(service, selected, current)
    const same = current !== undefined && equalJson(current.subsets ?? [], wanted.subsets ?? [])
    if (same && equalJson(current.metadata.labels ?? {}, wanted.metadata.labels)) return settled
    const stamped = { ...wanted, metadata: { ...wanted.metadata, annotations: { [triggerTime]: secondTime(clock.now()) } } }
    try {
      written.wrote(await (current === undefined ? client.create(endpoints, stamped) : client.update(endpoints, stamped)))
    } catch (error) {
      // Written before the cache shows it: its event brings the next pass.
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error
    }
    return settled
  }

  return createReconcileLoop({
    name: 'endpoint-controller',
    log,
    clock,
    triggers: [
      triggeredBy(allServices),
      triggeredBy(informer),
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
