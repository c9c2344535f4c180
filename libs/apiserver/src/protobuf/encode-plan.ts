/** For each message what the encoder does, in the order in which it writes: the highest field number first. */
import type { JsonObject } from '../schema/json.ts'
import { fieldsOf, messageOf, messageTable, type Field } from './message-table.ts'
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

const WIRES: Readonly<Record<string, number>> = { '?': 0, i: 0, d: 1 }
const BYTES = 2

const plans = new Map<string, readonly PlannedField[]>()

/** The plan of a message; that of an empty one when there is none of this name. */
export function planOf(message: string): readonly PlannedField[] {
  const known = plans.get(message)
  if (known !== undefined) return known
  const plan = Object.entries(fieldsOf(message))
    .map(([number, field]) => plannedField(Number(number), field))
    .toReversed()
  plans.set(message, plan)
  return plan
}

function plannedField(number: number, [json, type, mode]: Field): PlannedField {
  const wire = WIRES[type] ?? BYTES
  return { json, type, wire, tag: (number << 3) | (mode === 'map' ? BYTES : wire), mode, fieldsOf: specialFields(type) }
}

/** The plan of a kind; undefined for one that has no protobuf form. */
export function planOfKind(apiVersion: string, kind: string): readonly PlannedField[] | undefined {
  const message = messageOf(apiVersion, kind)
  return message === undefined ? undefined : planOf(message)
}

/** Whether objects of a kind can be answered in protobuf. */
export const hasProtobuf = (apiVersion: string, kind: string) => Object.hasOwn(messageTable().kinds, `${apiVersion}/${kind}`)
