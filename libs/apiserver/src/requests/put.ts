/** PUT of an object or of its status. */
import type { KubeObject } from '@knative-ts/api'
import { isNotFound } from '@knative-ts/kube'
import { storageOf } from '../builtin/rules.ts'
import { isCreatedByPut, isReplacedByVersion } from '../builtin/write-traits.ts'
import { failure, invalid, resourceText, type Cause } from '../http/errors.ts'
import type { Call, Shown, World } from './call.ts'
import { createOwned, wipe } from './create.ts'
import { checkCreation, checkName, checkPreconditions, placeInNamespace, uidMismatch, versionSeen } from './identity.ts'
import { takeIn } from './intake.ts'
import { ownedByUpdate } from './ownership.ts'
import { update } from './update.ts'

const unversioned = (zero: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${zero}: must be specified for an update`,
  field: 'metadata.resourceVersion'
})

/** The refusal of a PUT that names no version: of a built-in kind it names the resource in the kind's place. */
function withoutVersion({ type, name }: Call): Error {
  if (type.custom !== undefined) return invalid(type, name, [unversioned('0x0')])
  const { message, ...rest } = invalid({ ...type, kind: type.plural }, name, [unversioned('0')]).status
  return failure(422, 'Invalid', message ?? resourceText(type), rest.details)
}

const TRIES = 3

/** Replaces an object by a body that is the caller's to change. Kinds that may be are created where there is none. */
export async function put(
  world: World,
  call: Call,
  body: KubeObject,
  problems: readonly string[] = []
): Promise<{ readonly shown: Shown; readonly created: boolean }> {
  takeIn(call, body, problems)
  checkName(call, body)
  placeInNamespace(call, body)
  const text = JSON.stringify(body)
  const key = { resource: storageOf(call.type), namespace: call.namespace, name: call.name }
  for (let tries = 1; ; tries++) {
    try {
      if (call.subresource === '' && isCreatedByPut(call.type) && world.store.get(key) === undefined)
        return { shown: await create(world, call, JSON.parse(text) as KubeObject), created: true }
      return { shown: await replace(world, call, tries === 1 ? body : undefined, text), created: false }
    } catch (error) {
      // Somebody created or deleted it since it was looked for.
      const raced = isNotFound(error) || (error as { reason?: string }).reason === 'AlreadyExists'
      if (!raced || !isCreatedByPut(call.type) || call.subresource !== '' || tries === TRIES) throw error
    }
  }
}

function replace(world: World, call: Call, body: KubeObject | undefined, text: string): Promise<Shown> {
  let first = body
  return update(world, call, (current) => {
    // The first proposal may use the body itself; a later one needs what the client sent, untouched.
    const object = first ?? (JSON.parse(text) as KubeObject)
    first = undefined
    if (isReplacedByVersion(call.type) && versionSeen(object) === undefined) throw withoutVersion(call)
    checkPreconditions(call, object, current)
    return { object }
  })
}

async function create(world: World, call: Call, body: KubeObject): Promise<Shown> {
  const { uid } = body.metadata
  if (uid) throw uidMismatch(call, uid, '')
  checkCreation(world, call)
  wipe(body)
  return createOwned(world, call, ownedByUpdate(world, call, body, undefined))
}
