/** The fields of messages whose JSON form is not an object of them: `special-messages.ts` read the other way. */
import { Buffer } from 'node:buffer'
import type { JsonObject } from '../schema/json.ts'

const SECOND = 1000
const text = (value: unknown) => (typeof value === 'string' ? value : '')
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value ?? null))

const time = (value: unknown): JsonObject => ({ seconds: Math.floor(Date.parse(text(value)) / SECOND) || 0, nanos: 0 })

function microTime(value: unknown): JsonObject {
  const micros = /\.(\d+)/.exec(text(value))?.[1] ?? ''
  return { ...time(value), nanos: Number(micros.padEnd(9, '0').slice(0, 9)) }
}

const BY_NAME: Readonly<Record<string, (value: unknown) => JsonObject>> = {
  Time: time,
  MicroTime: microTime,
  Quantity: (value) => ({ string: typeof value === 'number' ? String(value) : text(value) }),
  IntOrString: (value) =>
    typeof value === 'number' ? { type: 0, intVal: value, strVal: '' } : { type: 1, intVal: 0, strVal: text(value) },
  RawExtension: (value) => ({ raw: bytesOf(value) }),
  FieldsV1: (value) => ({ Raw: bytesOf(value) }),
  JSON: (value) => ({ raw: bytesOf(value) }),
  JSONSchemaPropsOrBool: (value) => (typeof value === 'boolean' ? { allows: value } : { allows: true, schema: value }),
  JSONSchemaPropsOrArray: (value) => (Array.isArray(value) ? { jSONSchemas: value } : { schema: value }),
  JSONSchemaPropsOrStringArray: (value) => (Array.isArray(value) ? { property: value } : { schema: value }),
  Verbs: (value) => ({ items: value }),
  ExtraValue: (value) => ({ items: value })
}

/** The fields of a JSON value of `message`; undefined for ordinary messages. */
export function specialFields(message: string): ((value: unknown) => JsonObject) | undefined {
  const name = message.slice(message.lastIndexOf('.') + 1)
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined
}
