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

/** Checks the types of a built-in kind's members, of a custom one's metadata, in place (times lose what they cannot hold). Throws 400 in Go's words. */
export function decodeTypes(type: ResourceType, object: KubeObject): void {
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
  decodeTypes(call.type, object)
  const unknown = [...problems, ...prune(call.type.schema, object).map((path) => `unknown field ${JSON.stringify(path)}`)]
  if (unknown.length > 0 && call.validation !== 'Ignore') {
    if (call.validation === 'Strict') throw undecodable(call.type, `strict decoding error: ${unknown.join(', ')}`)
    for (const text of unknown) call.warn(text)
  }
  defaultObject(call.type, object)
}

/** Defaults alone: after webhooks changed an object, and on objects that the server makes. */
export function defaultObject(type: ResourceType, object: KubeObject): void {
  applyDefaults(type.schema, object)
  if (type.custom !== undefined) dropForbiddenNulls(type.schema, object)
  rulesFor(type).defaults?.(object)
}

/** What Go writes for fields that nobody set: the last step before an object is stored. In place. */
export function writeAlways(type: ResourceType, object: KubeObject): void {
  writeZeros(type.schema, object)
}
