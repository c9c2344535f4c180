import type { EventingContext } from '../../admission/eventing/eventing-context.ts'
import { withUsers } from '../../admission/eventing/users.ts'
import { inNamespace } from '../../duck/destination.defaults.ts'
import type { EventType } from './event-type.ts'

/** Fills in an EventType: what it refers to is in its own namespace. */
export function defaultEventType(eventType: EventType, context: EventingContext<EventType>): EventType {
  const { reference } = eventType.spec
  const spec = reference === undefined ? {} : { reference: inNamespace(reference, eventType.metadata.namespace) }
  return withUsers({ ...eventType, spec: { ...eventType.spec, ...spec } }, context)
}
