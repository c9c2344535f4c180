import { type EventTypeV1beta3, md5Hex } from '@knative-ts/api'
import type { CloudEvent } from '@knative-ts/eventing'
import type { ObjectReference } from '../table/channel.ts'

/** The EventType that an event makes where it arrived (reference 6.1, recorded): its name says of what, so that it is made once. */
export function eventTypeOf({ apiVersion, kind, namespace, name, uid }: ObjectReference, event: CloudEvent): EventTypeV1beta3 {
  const of = (attribute: string): string => event.attributes.get(attribute) ?? ''
  const schema = of('dataschema') === '' ? [] : [{ name: 'schemadata', value: of('dataschema'), required: false }]
  return {
    apiVersion: 'eventing.knative.dev/v1beta3',
    kind: 'EventType',
    metadata: {
      name: `et-${name}-${md5Hex(of('type') + of('source') + namespace + name)}`.toLowerCase(),
      namespace,
      ownerReferences: [{ apiVersion, kind, name, uid }]
    },
    spec: {
      reference: { apiVersion, kind, namespace, name, address: 'http' },
      description: 'Event Type auto-created by controller',
      attributes: [
        { name: 'type', value: of('type'), required: true },
        { name: 'source', value: of('source'), required: true },
        ...schema,
        { name: 'specversion', value: of('specversion'), required: true },
        { name: 'id', value: of('id'), required: true }
      ]
    }
  }
}
