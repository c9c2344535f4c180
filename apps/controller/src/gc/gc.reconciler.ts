import { keyText, type GcConfig, type ObjectKey } from '@knative-ts/api'
import { settled, type Clock, type Outcome } from '@knative-ts/kube'
import { byConfiguration } from '../configuration/configuration.reconciler.ts'
import type { Objects } from '../objects.ts'
import { surplusRevisions } from './gc.plan.ts'

/** Deletes revisions that no Route has led to for long. */
export class GcReconciler {
  readonly #objects: Pick<Objects, 'configurations' | 'revisions'>
  readonly #config: () => GcConfig
  readonly #clock: Clock

  constructor(objects: Pick<Objects, 'configurations' | 'revisions'>, config: () => GcConfig, clock: Clock) {
    this.#objects = objects
    this.#config = config
    this.#clock = clock
  }

  async reconcile(key: ObjectKey): Promise<Outcome> {
    const configuration = this.#objects.configurations.get(key)
    if (configuration === undefined || configuration.metadata.deletionTimestamp !== undefined) return settled
    const revisions = this.#objects.revisions
      .byIndex(byConfiguration, keyText(key))
      .filter((r) => r.metadata.deletionTimestamp === undefined)
    const surplus = surplusRevisions(configuration, revisions, this.#config(), this.#clock.now())
    await Promise.all(surplus.map((revision) => this.#objects.revisions.delete(revision)))
    return settled
  }
}
