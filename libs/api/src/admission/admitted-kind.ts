import { decodeStruct } from '../decoding/decode.ts'
import type { Struct } from '../decoding/shape.ts'
import { parsed, type Parsed } from '../go/parsed.ts'
import type { KubeObject, Resource } from '../object.ts'
import type { AdmissionContext } from '../validation/admission-context.ts'
import type { FieldError } from '../validation/field-error.ts'

/** Any object of ours, as far as admission looks at all of them. */
export type AdmittedObject = KubeObject & { readonly spec: unknown; readonly status?: unknown }

/** What admission does with objects of one kind. */
export interface AdmittedKind {
  readonly resource: Resource
  /** Reads an object as upstream's Go type would: empty fields appear and unknown ones go. The error is Go's. */
  readonly decode: (json: KubeObject) => Parsed<AdmittedObject>
  readonly fillIn: (object: AdmittedObject, context: AdmissionContext<AdmittedObject>) => AdmittedObject
  readonly validate: (object: AdmittedObject, context: AdmissionContext<AdmittedObject>) => FieldError[]
}

/** A kind from its parts. The parts are typed by the kind; here they become equal. */
export function admittedKind<T extends AdmittedObject>(
  resource: Resource<T>,
  shape: Struct,
  fillIn: (object: T, context: AdmissionContext<T>) => T,
  validate: (object: T, context: AdmissionContext<T>) => FieldError[]
): AdmittedKind {
  return {
    resource,
    decode: (json) => decodeObject(shape, json),
    fillIn: (object, context) => fillIn(object as T, context as AdmissionContext<T>),
    validate: (object, context) => validate(object as T, context as AdmissionContext<T>)
  }
}

/** Metadata is the server's business; a status is read only where one is sent. */
function decodeObject(shape: Struct, json: KubeObject): Parsed<AdmittedObject> {
  const { status, ...body } = json as AdmittedObject
  const decoded = decodeStruct(shape, { ...body, ...(status === undefined ? {} : { status }) })
  if (!decoded.ok) return decoded
  const { apiVersion, kind, metadata } = json
  const object: AdmittedObject = { apiVersion, kind, metadata, spec: decoded.value['spec'] }
  return parsed(status === undefined || status === null ? object : { ...object, status: decoded.value['status'] })
}
