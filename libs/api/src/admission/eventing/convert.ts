import { decodeStruct } from '../../decoding/decode.ts'
import { eventTypeV1beta1Shape, eventTypeV1beta2Shape, eventTypeV1beta3Shape } from '../../decoding/eventing-shape.ts'
import type { Struct } from '../../decoding/shape.ts'
import { pingSourceShape, pingSourceV1beta2Shape } from '../../decoding/sources-shape.ts'
import { fromV1beta1, fromV1beta3, toV1beta3 } from '../../eventing/event-type/event-type.conversion.ts'
import type { EventType, EventTypeV1beta3 } from '../../eventing/event-type/event-type.ts'
import { parsed, unparsed, type Parsed } from '../../go/parsed.ts'
import type { KubeObject } from '../../object.ts'

type Convert = (object: KubeObject) => KubeObject
interface Version {
  readonly shape: Struct
  readonly toStored: Convert
  readonly fromStored: Convert
}

const same: Convert = (object) => object
const kinds: Readonly<Record<string, Readonly<Record<string, Version>>>> = {
  EventType: {
    'eventing.knative.dev/v1beta1': {
      shape: eventTypeV1beta1Shape,
      toStored: (object) => fromV1beta1(object as EventType),
      fromStored: same
    },
    'eventing.knative.dev/v1beta2': { shape: eventTypeV1beta2Shape, toStored: same, fromStored: same },
    'eventing.knative.dev/v1beta3': {
      shape: eventTypeV1beta3Shape,
      toStored: (object) => fromV1beta3(object as EventTypeV1beta3),
      fromStored: (object) => toV1beta3(object as EventType)
    }
  },
  PingSource: {
    'sources.knative.dev/v1': { shape: pingSourceShape, toStored: same, fromStored: same },
    'sources.knative.dev/v1beta2': { shape: pingSourceV1beta2Shape, toStored: same, fromStored: same }
  }
}

/**
 * An object in another version of its kind, by way of the stored one. The error is what upstream's conversion webhook answers. Metadata and status
 * stay as they are.
 */
export function convertEventing(object: KubeObject, apiVersion: string): Parsed<KubeObject> {
  const versions = kinds[object.kind]
  const from = versions?.[object.apiVersion]
  const to = versions?.[apiVersion]
  if (from === undefined) return unparsed(`no conversion support for type [kind=${object.kind} version=${object.apiVersion}]`)
  if (to === undefined) return unparsed(`unable to convert [kind=${object.kind} version=${object.apiVersion}] to ${apiVersion}`)
  const { spec, status, metadata } = object as KubeObject & { readonly spec?: unknown; readonly status?: unknown }
  const decoded = decodeStruct(from.shape, { spec, ...(status === undefined ? {} : { status }) })
  if (!decoded.ok) return unparsed(`unable to unmarshal input: ${decoded.error}`)
  const read = { apiVersion: object.apiVersion, kind: object.kind, metadata, spec: decoded.value['spec'] }
  const converted = to.fromStored(from.toStored(read))
  return parsed({ ...converted, apiVersion, ...(status === undefined ? {} : { status: decoded.value['status'] }) } as KubeObject)
}
