import { keyOf, type EventType, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { ensureOwned, equalJson, isControlledBy, isNamespaceTerminating, type Kept, type Outcome, settled } from '@knative-ts/kube'
import { sourceEventTypesOf } from './source-event-types-of.ts'
import type { SourceKinds } from './source-kinds.ts'

/** Each event that a source tells of in its status is an EventType beside it. They go with the source, which owns them. */
export class SourceEventTypesReconciler {
  readonly #kinds: SourceKinds
  readonly #eventTypes: Kept<EventType>

  constructor(kinds: SourceKinds, eventTypes: Kept<EventType>) {
    this.#kinds = kinds
    this.#eventTypes = eventTypes
  }

  async reconcile(key: ObjectKey): Promise<Outcome> {
    const found = this.#kinds.find(key)
    if (found === undefined) return settled
    const { source, resource, definition } = found
    const wanted = sourceEventTypesOf(source, definition)
    for (const desired of wanted) {
      try {
        await ensureOwned(this.#eventTypes, source as KubeObject, resource as Resource, desired, (current) =>
          equalJson(current.spec, desired.spec) ? undefined : { ...current, spec: desired.spec }
        )
      } catch (error) {
        // They go before their source does, which goes too.
        if (isNamespaceTerminating(error)) return settled
        throw error
      }
    }
    const names = new Set(wanted.map(({ metadata }) => metadata.name))
    for (const present of this.#eventTypes.list(key.namespace)) {
      if (isControlledBy(present, source) && !names.has(keyOf(present).name)) await this.#eventTypes.delete(present)
    }
    return settled
  }
}
