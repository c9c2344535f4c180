/** What happens to a client's object before any rule sees it: unknown fields go, defaults come. */
import type { KubeObject } from '@knative-ts/api'
import { rulesFor } from '../builtin/rules.ts'
import { badRequest } from '../http/errors.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { applyDefaults, writeZeros } from '../schema/defaults.ts'
import { decodeProblem } from '../schema/decode.ts'
import { dropForbiddenNulls } from '../schema/nulls.ts'
import { prune } from '../schema/prune.ts'
import type { Call } from './call.ts'
import { inGoOrder } from './metadata-order.ts'

/** Checks the types of a built-in kind's members, of a custom one's metadata, in place (times lose what they cannot hold). Throws 400 in Go's words. */
function decodeTypes(type: ResourceType, object: KubeObject): void {
  const { metadata } = type.schema.properties ?? {}
  const problem =
    type.custom === undefined
      ? decodeProblem(type.kind, type.schema, object)
      : metadata && decodeProblem('ObjectMeta', metadata, object.metadata)
  if (problem !== undefined) throw undecodable(type, problem)
}

const undecodable = ({ kind, version }: ResourceType, problem: string) =>
  badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${problem}`)

/** Prunes and defaults `object` in place. `problems` were found while its text was read (duplicate fields). */
export function takeIn(call: Call, object: KubeObject, problems: readonly string[] = []): void {
  // An empty list of managed fields is a wish, and no zero that Go would drop.
  const resets = isEmptyList(object.metadata?.managedFields)
  decodeTypes(call.type, object)
  const unknown = prune(call.type.schema, object)
  const odd = [...unknown.map((path) => `unknown field ${JSON.stringify(path)}`), ...problems.filter((text) => !isInside(text, unknown))]
  if (odd.length > 0 && call.validation !== 'Ignore') {
    if (call.validation === 'Strict') throw undecodable(call.type, `strict decoding error: ${strictText(odd)}`)
    for (const text of odd.toSorted(yamlFirst)) call.warn(text)
  }
  defaultObject(call.type, object)
  // Of a client; one that a webhook wrote is judged by the schema.
  if (call.type.custom !== undefined) dropForbiddenNulls(call.type.schema, object)
  if (resets) object.metadata.managedFields = []
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0

/** Defaults alone: after webhooks changed an object, and on objects that the server makes. */
export function defaultObject(type: ResourceType, object: KubeObject): void {
  applyDefaults(type.schema, object)
  rulesFor(type).defaults?.(object)
}

/** What Go writes for fields that nobody set: the last step before an object is stored. In place. */
export function writeAlways(type: ResourceType, object: KubeObject): void {
  writeZeros(type.schema, object)
  object.metadata = inGoOrder(object.metadata)
}

/** What is said twice within what nobody knows is not looked at. */
function isInside(text: string, unknown: readonly string[]): boolean {
  const path = /^duplicate field "(.*)"$/.exec(text)?.[1]
  return path !== undefined && unknown.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`))
}

/** Keys that YAML repeats are found before anything is decoded. */
const isOfYaml = (text: string) => /^line \d+: key /.test(text)
const yamlFirst = (a: string, b: string) => Number(isOfYaml(b)) - Number(isOfYaml(a))

function strictText(odd: readonly string[]): string {
  const yaml = odd.filter(isOfYaml)
  const others = odd.filter((text) => !isOfYaml(text))
  return [...(yaml.length === 0 ? [] : [yamlErrors(yaml)]), ...others].join(', ')
}

/** Errors of go-yaml, as it lists them. */
export const yamlErrors = (lines: readonly string[]) => `yaml: unmarshal errors:\n${lines.map((line) => `  ${line}`).join('\n')}`
