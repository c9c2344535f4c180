import type { DeliverySpec } from './delivery.schema.ts'
import type { Destination } from './destination.schema.ts'
import type { KReference } from './reference.schema.ts'

/** What is referred to without a namespace is in that of the object. */
export const inNamespace = (reference: KReference, namespace: string | undefined): KReference =>
  (reference.namespace ?? '') !== '' || namespace === undefined || namespace === '' ? reference : { ...reference, namespace }

/** The same for a destination; undefined stays undefined. */
export function defaultDestination<D extends Destination | undefined>(destination: D, namespace: string | undefined): D {
  return destination?.ref === undefined ? destination : { ...destination, ref: inNamespace(destination.ref, namespace) }
}

/** The same for the dead letter sink. */
export function defaultDelivery<D extends DeliverySpec | undefined>(delivery: D, namespace: string | undefined): D {
  return delivery?.deadLetterSink === undefined
    ? delivery
    : { ...delivery, deadLetterSink: defaultDestination(delivery.deadLetterSink, namespace) }
}
