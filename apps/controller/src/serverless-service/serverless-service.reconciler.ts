import {
  keyOf,
  keyText,
  serverlessServiceConditions,
  serverlessServices,
  leavingName,
  takenName,
  type ServerlessService,
  type ServerlessServiceStatus
} from '@knative-ts/api'
import type { EndpointSlice, Service } from '@knative-ts/api/kubernetes'
import {
  containsJson,
  ensureOwned,
  equalJson,
  isControlledBy,
  isNotFound,
  Marks,
  NotOwnedError,
  type Outcome,
  settled
} from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import { backingOf, managedByLabel, managedByUs, publicSlicesOf } from './public-slices-of.ts'
import { privateNameOf, privateServiceOf, publicServiceOf } from './services-of.ts'

type Current = ServerlessService & { status: ServerlessServiceStatus }
type Needed = Pick<Objects, 'deployments' | 'services' | 'endpointSlices'>

/** Index of endpoint slices: `namespace/service`. */
export const byService = 'service'

/** A revision is reached by two Services: the private one leads to its pods, the public one to them or to activators. */
export class ServerlessServiceReconciler {
  readonly #objects: Needed
  readonly #activatorService: string

  /** `activatorService`: `namespace/name`. */
  constructor(objects: Needed, activatorService: string) {
    this.#objects = objects
    this.#activatorService = activatorService
  }

  async reconcile(sks: Current): Promise<Outcome> {
    const marks = new Marks(sks.status, serverlessServiceConditions)
    const { endpointSlices } = this.#objects
    const pods = endpointSlices.byIndex(byService, keyText({ ...keyOf(sks), name: privateNameOf(sks) }))
    const activators = endpointSlices.byIndex(byService, this.#activatorService)
    const { via, ready } = backingOf(sks, pods, activators)
    const slices = publicSlicesOf(sks, via === 'activators' ? activators : pods, via)
    const selector = await this.#selectorOf(sks)
    // Both are named after this object: what they lead to does not depend on whether they are there yet.
    const results = await Promise.allSettled([
      this.#service(sks, privateServiceOf(sks, selector)),
      this.#service(sks, publicServiceOf(sks)),
      this.#slices(sks, slices)
    ])
    for (const result of results) {
      if (result.status !== 'rejected') continue
      const { reason } = result
      if (reason instanceof NotOwnedError) markTaken(marks, reason)
      throw reason
    }
    sks.status.privateServiceName = privateNameOf(sks)
    sks.status.serviceName = sks.metadata.name ?? ''
    if (ready > 0) marks.true('EndpointsPopulated')
    else marks.unknown('EndpointsPopulated', 'NoHealthyBackends', 'K8s Service is not ready')
    const backed = ['ActivatorEndpointsPopulated', 'ActivatorEndpointsPopulated', 'Revision is backed by Activator'] as const
    if (ready === 0 || sks.spec.mode === 'Proxy') marks.true(...backed)
    else marks.false(...backed)
    return settled
  }

  /** A Deployment that has just been made is asked for past the cache: it comes by another watch than the ServerlessService, perhaps later. */
  async #selectorOf(sks: Current): Promise<Record<string, string>> {
    const key = { ...keyOf(sks), name: sks.spec.objectRef.name ?? '' }
    const { deployments } = this.#objects
    const deployment = deployments.get(key) ?? (await deployments.fetch(key).catch(unlessMissing))
    const selector = deployment?.spec?.selector.matchLabels
    if (selector === undefined)
      throw new Error(`Deployment "${key.name}", which ServerlessService "${sks.metadata.name}" is for, is not there yet`)
    return selector
  }

  async #service(sks: Current, desired: Service): Promise<void> {
    await ensureOwned(this.#objects.services, sks, serverlessServices, desired, (current) =>
      containsJson(current.spec, desired.spec) ? undefined : { ...current, spec: { ...current.spec, ...desired.spec } }
    )
  }

  async #slices(sks: Current, desired: readonly EndpointSlice[]): Promise<void> {
    const names = new Set(desired.map((slice) => slice.metadata.name))
    const written = this.#objects.endpointSlices.byIndex(byService, keyText(keyOf(sks)))
    const surplus = written.filter(
      (slice) => slice.metadata.labels?.[managedByLabel] === managedByUs && isControlledBy(slice, sks) && !names.has(slice.metadata.name)
    )
    await Promise.all([
      ...surplus.map((slice) => this.#objects.endpointSlices.delete(slice)),
      ...desired.map((slice) =>
        ensureOwned(this.#objects.endpointSlices, sks, serverlessServices, slice, (current) => mergedSlice(current, slice))
      )
    ])
  }
}

function unlessMissing(error: unknown): undefined {
  if (!isNotFound(error)) throw error
}

function mergedSlice(current: EndpointSlice, desired: EndpointSlice): EndpointSlice | undefined {
  const { endpoints = [], ports = [] } = desired
  if (equalJson([current.endpoints ?? [], current.ports ?? []], [endpoints, ports])) return undefined
  return { ...current, endpoints, ports }
}

function markTaken(marks: Marks, { kind, child, former }: NotOwnedError): void {
  if (former) marks.unknown('EndpointsPopulated', 'NoHealthyBackends', leavingName(kind, child))
  else marks.false('EndpointsPopulated', 'NotOwned', takenName(kind, child))
}
