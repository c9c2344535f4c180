/** CustomResourceDefinitions of the case's own group, and the steps that wait until they are served. */
import type { Step } from '../recorded-case.ts'
import { object } from './builders.ts'

type Json = Readonly<Record<string, unknown>>

export const GROUP = 'oracle.$NS.example'
export const V1 = `${GROUP}/v1`

/** A schema of an object with these properties of spec. */
export const specSchema = (properties: Json, more: Json = {}, root: Json = {}): Json => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more } },
  ...root
})

/** A served, stored version `v1`. */
export const version = (schema: Json | undefined, rest: Json = {}): Json => ({
  name: 'v1',
  served: true,
  storage: true,
  ...(schema === undefined ? {} : { schema: { openAPIV3Schema: schema } }),
  ...rest
})

/** A definition of kind Thing; `spec` is merged into its spec. */
export const definition = (versions: readonly Json[], spec: Json = {}, metadata: Json = {}) =>
  object(
    'apiextensions.k8s.io/v1 CustomResourceDefinition',
    `things.${GROUP}`,
    { spec: { group: GROUP, scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, versions, ...spec } },
    metadata
  )

/** Creates a definition and waits until each of its served versions answers. */
export const defined = (one: ReturnType<typeof definition>, path = `/apis/${V1}/namespaces/$NS/things`): Step[] => [
  { verb: 'create', object: one, silent: true },
  { verb: 'wait', verb2: 'request', path, status: 200, silent: true }
]

/** A Thing with this spec. */
export const thing = (name: string, spec: Json = {}, rest: Json = {}, metadata: Json = {}) =>
  object(`${V1} Thing`, name, { spec, ...rest }, metadata)

/** `V1 Thing NAME`, as steps name it. */
export const aThing = (name = '') => `${V1} Thing${name === '' ? '' : ` ${name}`}`
