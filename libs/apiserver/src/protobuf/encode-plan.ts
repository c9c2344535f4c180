/** For each message what the encoder does, in the order in which it writes: the highest field number first. */
import type { JsonObject } from '../schema/json.ts'
import { messageTable, type Field } from './message-table.ts'
import { specialFields } from './special-fields.ts'

export interface PlannedField {
  readonly json: string
  readonly type: string
  /** Map entries carry their own: the wire type of `type` alone. */
  readonly wire: number
  readonly tag: number
  readonly mode: Field[2]
  /** Of a message with a JSON form of its own: its fields. */
  readonly fieldsOf: ((value: unknown) => JsonObject) | undefined
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const WIRES: Readonly<Record<string, number>> = { '?': 0, i: 0, d: 1 }
const BYTES = 2

/** Shapes that are no kinds of their own: their messages by name. */
const METADATA_ALONE: Readonly<Record<string, Field>> = { 1: ['metadata', `${META}.ObjectMeta`, 'always'] }
const OWN: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  PartialObjectMetadata: METADATA_ALONE,
  PartialObjectMetadataList: { 1: ['metadata', `${META}.ListMeta`, 'always'], 2: ['items', 'PartialObjectMetadata', 'list'] }
}

const plans = new Map<string, readonly PlannedField[]>()

/** The plan of a message; that of an empty one when there is none of this name. */
export function planOf(message: string): readonly PlannedField[] {
  const known = plans.get(message)
  if (known !== undefined) return known
  const fields = OWN[message] ?? messageTable().messages[message] ?? {}
  const plan = Object.entries(fields)
    .map(([number, field]) => plannedField(Number(number), field))
    .toReversed()
  plans.set(message, plan)
  return plan
}

function plannedField(number: number, [json, type, mode]: Field): PlannedField {
  const wire = WIRES[type] ?? BYTES
  return { json, type, wire, tag: (number << 3) | (mode === 'map' ? BYTES : wire), mode, fieldsOf: specialFields(type) }
}

/** The plan of a served kind, of a discovery document, of a Status or other kind of the API machinery, or of metadata alone; undefined for any other kind. */
export function planOfKind(apiVersion: string, kind: string): readonly PlannedField[] | undefined {
  const { kinds, discovery, options } = messageTable()
  const key = `${apiVersion}/${kind}`
  if (Object.hasOwn(kinds, key)) return planOf(kinds[key] ?? '')
  // Documents of the core group do not say their version.
  const document = apiVersion === '' ? `v1/${kind}` : key
  if (Object.hasOwn(discovery, document)) return planOf(discovery[document] ?? '')
  if (apiVersion.startsWith('meta.k8s.io/') && Object.hasOwn(OWN, kind)) return planOf(kind)
  return apiVersion === 'v1' && Object.hasOwn(options, kind) ? planOf(options[kind] ?? '') : undefined
}

/** Whether objects of a kind can be answered in protobuf. */
export const hasProtobuf = (apiVersion: string, kind: string) => Object.hasOwn(messageTable().kinds, `${apiVersion}/${kind}`)
