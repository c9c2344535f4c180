/** What happens to a client's object before any rule sees it: unknown fields go, defaults come. */
import type { KubeObject } from '@knative-ts/api'
import { rulesFor } from '../builtin/rules.ts'
import { badRequest } from '../http/errors.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { applyDefaults, writeZeros } from '../schema/defaults.ts'
import { prune } from '../schema/prune.ts'
import type { Call } from './call.ts'

/** Prunes and defaults `object` in place. `problems` were found while its text was read (duplicate fields). */
export function takeIn(call: Call, object: KubeObject, problems: readonly string[] = []): void {
  const unknown = [...problems, ...prune(call.type.schema, object).map((path) => `unknown field ${JSON.stringify(path)}`)]
  if (unknown.length > 0 && call.validation !== 'Ignore') {
    if (call.validation === 'Strict') throw strictFailure(call.type, unknown)
    for (const text of unknown) call.warn(text)
  }
  defaultObject(call.type, object)
}

/** Defaults alone: after webhooks changed an object, and on objects that the server makes. */
export function defaultObject(type: ResourceType, object: KubeObject): void {
  applyDefaults(type.schema, object)
  rulesFor(type).defaults?.(object)
}

/** What Go writes for fields that nobody set: the last step before an object is stored. In place. */
export function writeAlways(type: ResourceType, object: KubeObject): void {
  writeZeros(type.schema, object)
}

function strictFailure(type: ResourceType, unknown: readonly string[]) {
  const text = `strict decoding error: ${unknown.join(', ')}`
  return badRequest(
    type.custom === undefined
      ? `${type.kind} in version ${JSON.stringify(type.version)} cannot be handled as a ${type.kind}: ${text}`
      : text
  )
}
