/** What the cases of crd are made of. */
import type { Case, Step } from '../../recorded-case.ts'
import { defined, definition, specSchema, thing, version } from '../definition-builders.ts'

export type Json = Readonly<Record<string, unknown>>

export const CRD = 'apiextensions.k8s.io/v1 CustomResourceDefinition'

export const text: Json = { type: 'string' }

export const whole: Json = { type: 'integer' }

export const open: Json = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

export const refusedDefinition = (name: string, one: ReturnType<typeof definition>): Case => ({
  name: `definition: ${name}`,
  steps: [{ verb: 'create', object: one, show: ['spec'] }]
})

/** A definition with these properties of spec, then these steps. */
export const custom = (name: string, properties: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...defined(definition([version(specSchema(properties))])), ...steps]
})

export const rooted = (name: string, schema: Json, rest: Json, ...steps: Step[]): Case => ({
  name,
  steps: [...defined(definition([version(schema, rest)])), ...steps]
})

export const create = (spec: Json, rest: Json = {}, name = 'one', metadata: Json = {}): Step => ({
  verb: 'create',
  object: thing(name, spec, rest, metadata)
})
