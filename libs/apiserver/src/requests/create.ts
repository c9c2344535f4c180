/** POST to a collection. */
import { randomUUID } from 'node:crypto'
import type { KubeObject } from '@knative-ts/api'
import { secondTime } from '@knative-ts/kube'
import { admitBuiltin } from '../admission/builtin-admission.ts'
import { admitPodSecurity } from '../admission/pod-security/pod-security-admission.ts'
import { generateName } from '../builtin/generated-name.ts'
import { rulesFor, storageOf } from '../builtin/rules.ts'
import { alreadyExists, failure, plainFailure } from '../http/errors.ts'
import { checkLimits } from '../quota/limit-range-admission.ts'
import { chargeQuotas } from '../quota/quota-admission.ts'
import type { WriteDecision } from '../store/object-store.ts'
import { factsOf, type Call, type Shown, type World } from './call.ts'
import { examine } from './examine.ts'
import { placeInNamespace } from './identity.ts'
import { versionProblem } from './resource-version.ts'
import { defaultObject, takeIn, writeAlways } from './intake.ts'
import { dropRepeatedOwners } from './owner-references.ts'
import { ownedByUpdate } from './ownership.ts'
import { kept, shown } from './versions.ts'

const NAME_TRIES = 8

/** Creates an object from a body that is the caller's to change. `problems`: see {@link takeIn}. */
export async function create(world: World, call: Call, body: KubeObject, problems: readonly string[] = []): Promise<Shown> {
  takeIn(call, body, problems)
  const { resourceVersion } = body.metadata
  // What is no version is taken for none.
  if (resourceVersion && resourceVersion !== '0' && versionProblem(resourceVersion) === undefined) {
    throw plainFailure('resourceVersion should not be set on objects to be created')
  }
  placeInNamespace(call, body)
  wipe(body)
  return createOwned(world, call, ownedByUpdate(world, call, body, undefined))
}

/** Creates an object whose managed fields are already set (by server-side apply). */
export async function createOwned(world: World, call: Call, intended: KubeObject): Promise<Shown> {
  let object = intended
  dropRepeatedOwners(call, object)
  admitBuiltin(world, call, 'CREATE', object)
  if (world.webhooks.concerns('mutating', call, 'CREATE', object, undefined)) {
    const mutated = await world.webhooks.mutate(call, 'CREATE', object, undefined)
    // What webhooks added has not seen the built-in plugins yet.
    if (mutated !== object) admitBuiltin(world, call, 'CREATE', mutated)
    object = mutated
    placeInNamespace(call, object)
    defaultObject(call.type, object)
  }
  const generated = !object.metadata.name && Boolean(object.metadata.generateName)
  for (let tries = 1; ; tries++) {
    const candidate = generated ? { ...object, metadata: { ...object.metadata } } : object
    try {
      return await store(world, call, candidate, generated)
    } catch (error) {
      if (!generated || tries === NAME_TRIES || !isTaken(error)) throw error
    }
  }
}

async function store(world: World, call: Call, object: KubeObject, generated: boolean): Promise<Shown> {
  const { metadata } = object
  const rules = rulesFor(call.type)
  const now = secondTime(world.clock())
  if (generated) metadata.name = generateName(metadata.generateName ?? '')
  metadata.uid = randomUUID()
  metadata.creationTimestamp = now
  dropStatus(call, object)
  if (rules.generation !== undefined) metadata.generation = 1
  rules.prepareCreate?.(object, factsOf(world))
  examine(call, object, undefined)
  admitPodSecurity(world, call, object, undefined)
  world.policies.validate(call, 'CREATE', object, undefined)
  await world.webhooks.validate(call, 'CREATE', object, undefined)
  const key = { resource: storageOf(call.type), namespace: metadata.namespace ?? '', name: metadata.name ?? '' }
  writeAlways(call.type, object)
  const final = await world.conversions.anew(object, () => kept(call.type, object))
  let done = false
  checkLimits(world, call, object)
  const refund = await chargeQuotas(world, call, object)
  const stored = await world.store
    .write(key, (current): WriteDecision => {
      if (current !== undefined) throw taken(call, current.object, metadata.generateName)
      world.addresses.assign(call, final, undefined)
      if (call.dryRun) {
        world.addresses.forget(final)
        return { kind: 'unchanged' }
      }
      done = true
      return { kind: 'put', object: final }
    })
    .catch(async (error: unknown) => {
      await refund()
      throw error
    })
  if (!done || stored === undefined) return { object }
  return world.conversions.with(() => shown(call.type, stored))
}

/** Removes what clients may not set. In place. */
export function wipe({ metadata }: KubeObject): void {
  delete metadata.uid
  delete metadata.resourceVersion
  delete metadata.selfLink
  delete metadata.creationTimestamp
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
}

function dropStatus(call: Call, object: KubeObject): void {
  if (call.type.subresources.has('status')) delete (object as { status?: unknown }).status
}

const isTaken = (error: unknown) => error instanceof Error && (error as { reason?: string }).reason === 'AlreadyExists'

function taken(call: Call, current: KubeObject, prefix: string | undefined): Error {
  const name = current.metadata.name ?? ''
  const plain = alreadyExists(call.type, name)
  const details = plain.status.details ?? {}
  if (prefix) {
    const text = `${plain.message}, the server was not able to generate a unique name for the object`
    return failure(409, 'AlreadyExists', text, { ...details, retryAfterSeconds: 1 })
  }
  if (current.metadata.deletionTimestamp === undefined) return plain
  return failure(409, 'AlreadyExists', `object is being deleted: ${plain.message}`, details)
}
