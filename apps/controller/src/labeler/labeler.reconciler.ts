import {
  keyOf,
  keyText,
  routesAnnotation,
  routingStateLabel,
  routingStateModifiedAnnotation,
  serviceLabel,
  type Configuration,
  type ObjectKey,
  type Revision,
  type Route
} from '@knative-ts/api'
import { type Clock, isNotFound, type Kept, type Outcome, secondTime, settled } from '@knative-ts/kube'
import { byConfiguration } from '../configuration/configuration.reconciler.ts'
import type { Objects } from '../objects.ts'
import { isReferencedBy, mayLetGo, reachedBy, referencePatch, type Reached } from './labeler.plan.ts'

type Needed = Pick<Objects, 'routes' | 'configurations' | 'revisions'>

/** Index of Configurations and Revisions: `namespace/route` for each Route in their annotation. */
export const byReference = 'reference'

export function referencesOf(object: Configuration | Revision): readonly string[] {
  const routes = (object.metadata.annotations?.[routesAnnotation] ?? '').split(',').filter((name) => name !== '')
  return routes.map((name) => `${object.metadata.namespace}/${name}`)
}

/** Nobody has said yet whether it is in use. */
export const isPending = ({ metadata }: Revision): boolean => metadata.labels?.[routingStateLabel] === 'pending'

/** Writes on Configurations and Revisions which Routes lead to them, and so which revisions are in use. */
export class LabelerReconciler {
  readonly #objects: Needed
  readonly #clock: Clock

  constructor(objects: Needed, clock: Clock) {
    this.#objects = objects
    this.#clock = clock
  }

  async reconcile(route: Route): Promise<Outcome> {
    const key = keyOf(route)
    const named = (name: string): ObjectKey => ({ ...key, name })
    const reached = reachedBy(
      route,
      (name) => this.#objects.revisions.get(named(name)),
      (name) => this.#objects.configurations.get(named(name))
    )
    const arrived = mayLetGo(route)
    await this.#write(key, reached, arrived)
    if (arrived) await this.#reserve(route, reached)
    return settled
  }

  /**
   * A revision is born pending when no Route leads to its Configuration: one that failed at once, for a target that is missing, may have let go of it
   * before. Nobody else would ever say that it is not in use.
   */
  async #reserve(route: Route, reached: Reached): Promise<void> {
    const { namespace } = keyOf(route)
    const service = route.metadata.labels?.[serviceLabel] ?? ''
    const now = secondTime(this.#clock.now())
    const all = service === '' ? [] : this.#objects.revisions.byIndex(byConfiguration, `${namespace}/${service}`)
    const pending = all.filter((revision) => isPending(revision) && !reached.revisions.has(revision.metadata.name ?? ''))
    const metadata = { labels: { [routingStateLabel]: 'reserve' }, annotations: { [routingStateModifiedAnnotation]: now } }
    await Promise.all(pending.map((revision) => patched(this.#objects.revisions, revision, metadata)))
  }

  /** The Route goes: nothing leads anywhere any more. */
  async finalize(route: Route): Promise<void> {
    await this.#write(keyOf(route), { revisions: new Set(), configurations: new Set() }, true)
  }

  async #write(route: ObjectKey, reached: Reached, letGo: boolean): Promise<void> {
    await Promise.all([
      ...this.#patches(this.#objects.configurations, route, reached.configurations, letGo, 'Configuration'),
      ...this.#patches(this.#objects.revisions, route, reached.revisions, letGo, 'Revision')
    ])
  }

  *#patches<T extends Configuration | Revision>(
    kept: Kept<T>,
    route: ObjectKey,
    reached: ReadonlySet<string>,
    letGo: boolean,
    kind: 'Configuration' | 'Revision'
  ): Iterable<Promise<void>> {
    const leaving = letGo ? kept.byIndex(byReference, keyText(route)).filter((o) => isReferencedBy(o.metadata, route.name)) : []
    const names = new Set([...leaving.map((object) => object.metadata.name ?? ''), ...reached])
    const now = secondTime(this.#clock.now())
    for (const name of names) {
      const object = kept.get({ ...route, name })
      const metadata = object === undefined ? undefined : referencePatch(object.metadata, route.name, reached.has(name), kind, now)
      if (object !== undefined && metadata !== undefined) yield patched(kept, object, metadata)
    }
  }
}

async function patched<T extends Configuration | Revision>(kept: Kept<T>, object: T, metadata: object): Promise<void> {
  try {
    await kept.patch(keyOf(object), { type: 'merge', body: { metadata } })
  } catch (error) {
    // Deleted meanwhile: nobody needs to know where it was referenced.
    if (!isNotFound(error)) throw error
  }
}
