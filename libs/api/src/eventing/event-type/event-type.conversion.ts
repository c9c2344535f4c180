import { parseUrl } from '../../go/url.ts'
import type { EventType, EventTypeV1beta3 } from './event-type.ts'
import type { EventTypeSpec, EventTypeV1beta3Spec } from './event-type.schema.ts'

type Attribute = NonNullable<EventTypeV1beta3Spec['attributes']>[number]

/** An EventType of v1beta2 as v1beta3: four attributes that every event has, and the schema. The deprecated broker is lost, as upstream. */
export function toV1beta3({ spec, ...rest }: EventType): Omit<EventTypeV1beta3, 'apiVersion'> & { apiVersion: string } {
  const { type, source, schema, reference, description } = spec
  const attributes: Attribute[] = [
    { name: 'specversion', required: true },
    { name: 'id', required: true },
    attribute('type', true, type),
    attribute('source', true, source),
    ...(schema === undefined ? [] : [attribute('schemadata', false, schema)])
  ]
  return {
    ...rest,
    spec: {
      attributes,
      ...(description === undefined ? {} : { description }),
      ...(reference === undefined ? {} : { reference })
    }
  }
}

const attribute = (name: string, required: boolean, value: string | undefined): Attribute =>
  value === undefined || value === '' ? { name, required } : { name, required, value }

/** An EventType of v1beta3 as v1beta2: every other attribute is lost, and a source or schema that is no URL, as upstream. */
export function fromV1beta3({ spec, ...rest }: EventTypeV1beta3): EventType {
  const valueOf = (name: string): string => spec.attributes?.findLast((one) => one.name === name)?.value ?? ''
  const source = urlOrNothing(valueOf('source'))
  const schema = urlOrNothing(valueOf('schemadata'))
  const { reference, description } = spec
  const converted: EventTypeSpec = {
    type: valueOf('type'),
    ...(source === undefined ? {} : { source }),
    ...(schema === undefined ? {} : { schema }),
    ...(description === undefined ? {} : { description }),
    ...(reference === undefined ? {} : { reference })
  }
  return { ...rest, spec: converted }
}

const urlOrNothing = (text: string): string | undefined => (text !== '' && parseUrl(text).ok ? text : undefined)

/** An EventType of v1beta1 as v1beta2: the deprecated broker becomes a reference. */
export function fromV1beta1({ spec, ...rest }: EventType): EventType {
  const { broker = '', ...kept } = spec
  if (broker === '' || spec.reference !== undefined) return { ...rest, spec: kept }
  return { ...rest, spec: { ...kept, reference: { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: broker } } }
}
