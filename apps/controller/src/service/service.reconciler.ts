import { keyOf, knativeServices, type Configuration, type Route, type Service, type ServiceStatus } from '@knative-ts/api'
import { type Ensured, ensureOwned, equalJson, type EventRecorder, NotOwnedError, type Outcome, settled } from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import { configurationOf } from './configuration-of.ts'
import { routeOf } from './route-of.ts'
import { followConfiguration, followRoute, givenRevisionName, markNameTaken, markNotOwned, nameConflict } from './service.plan.ts'

type Current = Service & { status: ServiceStatus }

/** A Service is one Configuration and one Route of its name. */
export class ServiceReconciler {
  readonly #objects: Pick<Objects, 'configurations' | 'routes' | 'revisions'>
  readonly #recorder: EventRecorder

  constructor(objects: Pick<Objects, 'configurations' | 'routes' | 'revisions'>, recorder: EventRecorder) {
    this.#objects = objects
    this.#recorder = recorder
  }

  async reconcile(service: Current): Promise<Outcome> {
    const key = keyOf(service)
    const named = givenRevisionName(service)
    // With a name of the user's own the Route must not move before the Configuration has taken the name or refused it.
    const [configuration, early] = await both(this.#configuration(service), named === '' ? this.#route(service) : undefined)
    if (!followConfiguration(service.status, configuration) && named !== '') return settled
    if (named !== '') {
      const taken = nameConflict(configuration, this.#objects.revisions.get({ ...key, name: named }))
      if (taken !== undefined) {
        markNameTaken(service.status, taken)
        return settled
      }
    }
    followRoute(service.status, early ?? (await this.#route(service)))
    return settled
  }

  async #configuration(service: Current): Promise<Configuration> {
    const existing = this.#objects.configurations.get(keyOf(service))
    const desired = configurationOf(service, existing)
    return this.#ensure(service, 'ConfigurationsReady', 'Configuration', () =>
      ensureOwned(this.#objects.configurations, service, knativeServices, desired, (current) => replaced(current, desired))
    )
  }

  async #route(service: Current): Promise<Route> {
    const desired = routeOf(service)
    return this.#ensure(service, 'RoutesReady', 'Route', () =>
      ensureOwned(this.#objects.routes, service, knativeServices, desired, (current) => replaced(current, desired))
    )
  }

  async #ensure<T>(
    service: Current,
    type: 'ConfigurationsReady' | 'RoutesReady',
    kind: string,
    write: () => Promise<Ensured<T>>
  ): Promise<T> {
    const { name = '' } = service.metadata
    try {
      const { object, action } = await write()
      if (action === 'created') this.#recorder.record(service, 'Normal', 'Created', `Created ${kind} "${name}"`)
      return object
    } catch (error) {
      if (error instanceof NotOwnedError) markNotOwned(service.status, type, error)
      else this.#recorder.record(service, 'Warning', 'UpdateFailed', `Failed to write ${kind} "${name}": ${String(error)}`)
      throw error
    }
  }
}

/** Spec, labels and annotations of `desired` in the metadata of `current`; undefined when they are equal. */
function replaced<T extends Configuration | Route>(current: T, desired: T): T | undefined {
  const { labels = {}, annotations = {} } = desired.metadata
  const same = equalJson(
    [current.metadata.labels ?? {}, current.metadata.annotations ?? {}, current.spec],
    [labels, annotations, desired.spec]
  )
  return same ? undefined : { ...current, metadata: { ...current.metadata, labels, annotations }, spec: desired.spec }
}

/** Both at a time; the first failure is thrown only after the other has ended, so that no write outlives its pass. */
async function both<A, B>(a: Promise<A>, b: Promise<B> | undefined): Promise<[A, B | undefined]> {
  const [left, right] = await Promise.allSettled([a, b])
  if (left.status === 'rejected') throw left.reason
  if (right.status === 'rejected') throw right.reason
  return [left.value, right.value]
}
