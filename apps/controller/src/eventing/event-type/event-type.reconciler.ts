import { eventTypeConditions, type EventType, type EventTypeStatus } from '@knative-ts/api'
import { errorText, Marks, settled, type Outcome } from '@knative-ts/kube'
import type { Resolver } from '../destinations/resolver.ts'

type Current = EventType & { status: EventTypeStatus }

const type = 'ReferenceExists'

/** An EventType is ready when what hands its events on exists. */
export class EventTypeReconciler {
  readonly #resolver: Resolver

  constructor(resolver: Resolver) {
    this.#resolver = resolver
  }

  async reconcile(eventType: Current): Promise<Outcome> {
    const marks = new Marks(eventType.status, eventTypeConditions)
    this.#resolver.begin(eventType)
    const { reference, broker = '' } = eventType.spec
    // Of old clients: what v1beta1 called its Broker is its reference.
    const named = reference ?? (broker === '' ? undefined : { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: broker })
    if (named === undefined) {
      marks.true(type, 'ReferenceNotSet')
      return settled
    }
    let found
    try {
      found = await this.#resolver.find(named, eventType)
    } catch (error) {
      marks.unknown(type, 'ReferenceGetFailed', errorText(error))
      throw error
    }
    if (found === undefined)
      marks.false(
        type,
        'ResourceDoesNotExist',
        `${named.kind} "${named.namespace ?? eventType.metadata.namespace}/${named.name}" does not exist`
      )
    else marks.true(type)
    return settled
  }
}
