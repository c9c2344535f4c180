/** Server-side apply: merges what a manager says with what others own. Creates the object when it is not there. */
import type { KubeObject } from '@knative-ts/api'
import { isNotFound } from '@knative-ts/kube'
import { applyIntent, type ApplyResult } from '../apply/apply-intent.ts'
import { storageOf } from '../builtin/rules.ts'
import { badRequest, conflict, failure, notFound, plainFailure } from '../http/errors.ts'
import { timeText, type Call, type Shown, type World } from './call.ts'
import { createOwned } from './create.ts'
import { checkName, checkPreconditions, placeInNamespace } from './identity.ts'
import { takeIn } from './intake.ts'
import { notWrittenBy } from './ownership.ts'
import { update } from './update.ts'
import { apiVersionText } from './versions.ts'

const TRIES = 3

/** Applies a decoded body of any shape. Throws 400, 409 (others own what it changes, unless `force`), 500 (it does not fit the schema). */
export async function apply(
  world: World,
  call: Call,
  body: unknown,
  force: boolean
): Promise<{ readonly shown: Shown; readonly created: boolean }> {
  const intent = intentOf(call, body)
  const key = { resource: storageOf(call.type), namespace: call.namespace, name: call.name }
  for (let tries = 1; ; tries++) {
    try {
      if (world.store.get(key) === undefined) {
        if (call.subresource !== '') throw notFound(call.type, call.name)
        return { shown: await create(world, call, intent, force), created: true }
      }
      const shown = await update(world, call, (current) => ({ object: merged(world, call, intent, current, force), owned: true }))
      return { shown, created: false }
    } catch (error) {
      // Somebody created or deleted the object since it was looked for.
      const raced = isNotFound(error) || (error as { reason?: string }).reason === 'AlreadyExists'
      if (!raced || tries === TRIES || call.subresource !== '') throw error
      if (isNotFound(error) && world.store.get(key) === undefined && tries > 1) throw error
    }
  }
}

function intentOf(call: Call, body: unknown): KubeObject {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest('error decoding YAML: the body is no object')
  const { apiVersion = '', kind = '', metadata } = body as Partial<KubeObject>
  const [group, version] = String(apiVersion).includes('/') ? String(apiVersion).split('/', 2) : ['', String(apiVersion)]
  if (apiVersion !== apiVersionText(call.type) || kind !== call.type.kind)
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${String(kind)}`)
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))) {
    throw plainFailure('failed to create typed patch object: .metadata: expected map')
  }
  const intent = structuredClone({ ...body, metadata: { ...metadata } }) as KubeObject
  if (intent.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil')
  checkName(call, intent)
  placeInNamespace(call, { ...intent, metadata: { ...intent.metadata } })
  return intent
}

async function create(world: World, call: Call, intent: KubeObject, force: boolean): Promise<Shown> {
  const { uid } = intent.metadata
  if (uid) throw conflict(call.type, call.name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`)
  const object = merged(world, call, intent, undefined, force)
  delete object.metadata.resourceVersion
  return createOwned(world, call, object)
}

/** The merged object with managed fields, defaulted: the proposer's own. */
function merged(world: World, call: Call, intent: KubeObject, live: KubeObject | undefined, force: boolean): KubeObject {
  if (live !== undefined) checkPreconditions(call, intent, live)
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _created, ...metadata } = intent.metadata
  const result = applyIntent({
    schema: call.type.schema,
    live,
    intent: { ...intent, metadata },
    force,
    manager: call.manager,
    apiVersion: apiVersionText(call.type),
    subresource: call.subresource,
    ...notWrittenBy(call),
    now: timeText(world.clock())
  })
  const object = structuredClone(objectOf(result))
  placeInNamespace(call, object)
  takeIn(call, object)
  return object
}

function objectOf(result: ApplyResult): KubeObject {
  switch (result.kind) {
    case 'applied':
      return result.object
    case 'conflict':
      throw failure(409, 'Conflict', result.message, { causes: result.conflicts })
    case 'invalid':
      throw plainFailure(result.message)
  }
}
