import { decodeStrictly, decodeStruct } from '../decoding/decode.ts'
import type { Struct } from '../decoding/shape.ts'
import { parsed, type Parsed } from '../go/parsed.ts'
import type { KubeObject, Resource } from '../object.ts'
import type { AdmissionConfig, AdmissionContext } from '../validation/admission-context.ts'
import type { FieldError } from '../validation/field-error.ts'

/** Any object of ours, as far as admission looks at all of them. */
export type AdmittedObject = KubeObject & { readonly spec: unknown; readonly status?: unknown }

/** What admission does with objects of one kind. `C` is the configuration that its defaults and rules ask. */
export interface AdmittedKind<C = AdmissionConfig> {
  readonly resource: Resource
  /** Reads an object as upstream's Go type would: empty fields appear and unknown ones go. The error is Go's. */
  readonly decode: (json: KubeObject) => Parsed<AdmittedObject>
  readonly fillIn: (object: AdmittedObject, context: AdmissionContext<AdmittedObject, C>) => AdmittedObject
  readonly validate: (object: AdmittedObject, context: AdmissionContext<AdmittedObject, C>) => FieldError[]
}

/** The parts of a kind, typed by it. */
interface Parts<T extends KubeObject, C> {
  readonly resource: Resource<T>
  readonly shape: Struct
  readonly fillIn: (object: T, context: AdmissionContext<T, C>) => T
  readonly validate: (object: T, context: AdmissionContext<T, C>) => FieldError[]
}

/** A kind of Serving from its parts. The parts are typed by the kind; here they become equal. */
export const admittedKind = <T extends AdmittedObject>(
  resource: Resource<T>,
  shape: Struct,
  fillIn: (object: T, context: AdmissionContext<T>) => T,
  validate: (object: T, context: AdmissionContext<T>) => FieldError[]
): AdmittedKind => fromParts({ resource, shape, fillIn, validate }, decodeStruct)

/** A kind of Eventing: a field that it does not know is an error, where the definition has let it through. */
export const strictKind = <T extends AdmittedObject, C>(parts: Parts<T, C>): AdmittedKind<C> => fromParts(parts, decodeStrictly)

function fromParts<T extends AdmittedObject, C>(parts: Parts<T, C>, decode: typeof decodeStruct): AdmittedKind<C> {
  return {
    resource: parts.resource,
    decode: (json) => decodeObject(parts.shape, json, decode),
    fillIn: (object, context) => parts.fillIn(object as T, context as AdmissionContext<T, C>),
    validate: (object, context) => parts.validate(object as T, context as AdmissionContext<T, C>)
  }
}

/** Metadata is the server's business; a status is read only where one is sent. */
function decodeObject(shape: Struct, json: KubeObject, decode: typeof decodeStruct): Parsed<AdmittedObject> {
  const { apiVersion, kind, metadata, spec, status } = json as AdmittedObject
  const decoded = decode(shape, { spec, ...(status === undefined ? {} : { status }) })
  if (!decoded.ok) return decoded
  const object: AdmittedObject = { apiVersion, kind, metadata, spec: decoded.value['spec'] }
  return parsed(status === undefined || status === null ? object : { ...object, status: decoded.value['status'] })
}
