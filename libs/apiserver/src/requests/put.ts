/** PUT of an object or of its status. */
import type { KubeObject } from '@knative-ts/api'
import { invalid, type Cause } from '../http/errors.ts'
import type { Call, Shown, World } from './call.ts'
import { checkName, checkPreconditions, placeInNamespace, versionSeen } from './identity.ts'
import { takeIn } from './intake.ts'
import { update } from './update.ts'

const UNVERSIONED: Cause = {
  reason: 'FieldValueInvalid',
  message: 'Invalid value: 0x0: must be specified for an update',
  field: 'metadata.resourceVersion'
}

/** Replaces an object by a body that is the caller's to change. A custom resource must name the version it replaces. */
export function put(world: World, call: Call, body: KubeObject, problems: readonly string[] = []): Promise<Shown> {
  takeIn(call, body, problems)
  checkName(call, body)
  placeInNamespace(call, body)
  if (call.type.custom !== undefined && versionSeen(body) === undefined) {
    throw invalid(call.type, call.name, [UNVERSIONED])
  }
  const text = JSON.stringify(body)
  let first = true
  return update(world, call, (current) => {
    checkPreconditions(call, body, current)
    // The first proposal may use the body itself; a later one needs what the client sent, untouched.
    const object = first ? body : (JSON.parse(text) as KubeObject)
    first = false
    return { object }
  })
}
