/** Messages whose JSON form is not an object of their fields: times, quantities, and wrappers around lists and JSON. */
import type { JsonObject } from '../schema/json.ts'

const SECOND = 1000
const rfc3339 = (seconds: number) => new Date(seconds * SECOND).toISOString()

function json(bytes: unknown): unknown {
  return typeof bytes === 'string' && bytes !== '' ? JSON.parse(Buffer.from(bytes, 'base64').toString('utf8')) : undefined
}

const time = ({ seconds }: JsonObject) => (typeof seconds === 'number' ? rfc3339(seconds).replace(/\.\d+Z$/, 'Z') : null)

function microTime({ seconds, nanos }: JsonObject): string | null {
  if (typeof seconds !== 'number') return null
  const micros = Math.floor((typeof nanos === 'number' ? nanos : 0) / 1000)
  return rfc3339(seconds).replace(/\.\d+Z$/, `.${String(micros).padStart(6, '0')}Z`)
}

/** `raw` is base64 here: the decoder has made text of all bytes. An unset union of a schema reads as what Go writes for it. */
const BY_NAME: Readonly<Record<string, (fields: JsonObject) => unknown>> = {
  Time: time,
  MicroTime: microTime,
  Quantity: ({ string }) => string ?? '0',
  IntOrString: ({ type, intVal, strVal }) => (type === 1 ? (strVal ?? '') : (intVal ?? 0)),
  RawExtension: ({ raw }) => json(raw) ?? null,
  FieldsV1: ({ Raw }) => json(Raw) ?? null,
  JSON: ({ raw }) => json(raw) ?? null,
  JSONSchemaPropsOrBool: ({ allows, schema }) => schema ?? allows === true,
  JSONSchemaPropsOrArray: ({ schema, jSONSchemas }) => schema ?? jSONSchemas ?? null,
  JSONSchemaPropsOrStringArray: ({ schema, property }) => schema ?? property ?? null,
  Verbs: ({ items }) => items ?? [],
  ExtraValue: ({ items }) => items ?? []
}

/** The JSON value of a message with a form of its own; undefined for ordinary ones. Throws on JSON that cannot be parsed. */
export function specialValue(message: string): ((fields: JsonObject) => unknown) | undefined {
  const name = message.slice(message.lastIndexOf('.') + 1)
  return Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined
}
