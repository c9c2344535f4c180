/** GET of one object. */
import { storageOf } from '../builtin/rules.ts'
import { futureVersion, goQuoted, notFound, plainFailure } from '../http/errors.ts'
import type { Call, Shown, World } from './call.ts'
import { versionProblem } from './resource-version.ts'
import { shown } from './versions.ts'

/** The newest durable state; 404. `atLeast`: a version that it must have reached (504 when it has not). */
export function get(world: World, call: Call, atLeast: string | null = null): Shown {
  if (atLeast !== null && atLeast !== '' && atLeast !== '0') {
    const problem = versionProblem(atLeast)
    if (problem !== undefined) throw plainFailure(`resourceVersion: Invalid value: ${goQuoted(atLeast)}: ${problem}`)
    const version = Number(atLeast)
    if (version > world.store.revision()) throw futureVersion(atLeast, world.store.revision())
  }
  const key = { resource: storageOf(call.type), namespace: call.namespace, name: call.name }
  if (world.usage.holds(key.resource)) {
    const measured = world.usage.get(key)
    if (measured === undefined) throw world.usage.missing(key)
    return measured
  }
  const stored = world.store.get(key)
  if (stored === undefined) throw notFound(call.type, call.name)
  return shown(call.type, stored)
}
