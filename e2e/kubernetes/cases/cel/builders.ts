/** What the cases of cel are made of. */
import type { Case, Step } from '../../recorded-case.ts'
import { defined, definition, specSchema, thing, version } from '../definition-builders.ts'

export type Json = Readonly<Record<string, unknown>>

export const text: Json = { type: 'string', maxLength: 100 }

export const whole: Json = { type: 'integer' }

export const short = (items: Json, rest: Json = {}): Json => ({ type: 'array', maxItems: 10, items, ...rest })

export const mapOf = (values: Json): Json => ({ type: 'object', maxProperties: 10, additionalProperties: values })

export const rules = (...list: readonly (string | Json)[]): Json => ({
  'x-kubernetes-validations': list.map((one) => (typeof one === 'string' ? { rule: one } : one))
})

export const create = (spec: Json, name = 'one'): Step => ({ verb: 'create', object: thing(name, spec), show: ['spec'] })

/** Rules of one property `it`, with values that keep and break them. */
export const values = (name: string, schema: Json, list: Json, ...its: unknown[]): Case => ({
  name,
  steps: [
    ...defined(definition([version(specSchema({ it: { ...schema, ...list } }))])),
    ...its.map((it, index) => create({ it }, `v${index}`))
  ]
})
