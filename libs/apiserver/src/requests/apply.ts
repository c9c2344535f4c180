/** Server-side apply: merges what a manager says with what others own. Creates the object when it is not there. */
import type { KubeObject } from '@knative-ts/api'
import { isNotFound, secondTime } from '@knative-ts/kube'
import { applyIntent, type ApplyResult } from '../apply/apply-intent.ts'
import { storageOf } from '../builtin/rules.ts'
import { badRequest, conflict, failure, notFound, plainFailure } from '../http/errors.ts'
import { noGoMap } from '../schema/go-text.ts'
import { copyJson, isObject } from '../schema/json.ts'
import { type Call, type Shown, type World } from './call.ts'
import { createOwned } from './create.ts'
import { checkCreation, checkName, checkVersion, placeInNamespace } from './identity.ts'
import { takeIn, yamlErrors } from './intake.ts'
import { notWrittenBy } from './ownership.ts'
import { update } from './update.ts'
import { apiVersionText } from './versions.ts'

const TRIES = 3

interface Intent {
  readonly object: KubeObject
  /** Keys that the text names twice. */
  readonly repeated: readonly string[]
}

/** Applies a decoded body of any shape. Throws 400, 409 (others own what it changes, unless `force`), 500 (it does not fit the schema). */
export async function apply(
  world: World,
  call: Call,
  body: { readonly value: unknown; readonly repeated: readonly string[] },
  force: boolean
): Promise<{ readonly shown: Shown; readonly created: boolean }> {
  const intent = { object: intentOf(call, body.value), repeated: body.repeated }
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
  const value = body ?? {}
  if (!isObject(value)) throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${noGoMap(value)}`)
  const apiVersion = textOf(value['apiVersion'])
  const kind = textOf(value['kind'])
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion]
  if (apiVersion !== apiVersionText(call.type) || kind !== call.type.kind)
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`)
  const { metadata } = value
  if (isObject(metadata) && metadata['managedFields'] !== undefined && metadata['managedFields'] !== null)
    throw badRequest('metadata.managedFields must be nil')
  return copyJson(value) as unknown as KubeObject
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

async function create(world: World, call: Call, intent: Intent, force: boolean): Promise<Shown> {
  const object = merged(world, call, intent, undefined, force)
  const { uid } = intent.object.metadata ?? {}
  if (uid) throw conflict(call.type, call.name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`)
  delete object.metadata.resourceVersion
  checkCreation(world, call)
  return createOwned(world, call, object)
}

/** The merged object with managed fields, defaulted: the proposer's own. */
function merged(world: World, call: Call, { object: said, repeated }: Intent, live: KubeObject | undefined, force: boolean): KubeObject {
  const result = applyIntent({
    schema: call.type.schema,
    live,
    intent: withoutSystemFields(said),
    force,
    manager: call.manager,
    apiVersion: apiVersionText(call.type),
    subresource: call.subresource,
    ...notWrittenBy(call),
    now: secondTime(world.clock())
  })
  const object = structuredClone(objectOf(result))
  if (repeated.length > 0 && call.validation === 'Strict')
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${yamlErrors(repeated)}`)
  if (call.validation === 'Warn') for (const line of new Set(repeated)) call.warn(line)
  const { uid, name } = said.metadata ?? {}
  if (live !== undefined) checkVersion(call, said, live)
  // A uid that is not the object's is refused as a change of it.
  if (uid) object.metadata.uid = uid
  checkName(call, {
    ...object,
    metadata: { ...object.metadata, ...(name === undefined && live === undefined ? {} : { name: name ?? call.name }) }
  })
  placeInNamespace(call, object)
  takeIn(call, object)
  return object
}

function withoutSystemFields(said: KubeObject): KubeObject {
  if (!isObject(said.metadata)) return said
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _created, managedFields: _managed, ...metadata } = said.metadata
  return { ...said, metadata }
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
