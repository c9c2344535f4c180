/** The one way an existing object changes: PUT, every patch, status, scale, binding and finalize end here. */
import type { KubeObject, ObjectMeta } from '@knative-ts/api'
import { admitBuiltin } from '../admission/builtin-admission.ts'
import { admitPodSecurity } from '../admission/pod-security/pod-security-admission.ts'
import { rulesFor, storageOf } from '../builtin/rules.ts'
import { DEFINITIONS } from '../crd/definition.ts'
import { conflict, notFound } from '../http/errors.ts'
import { chargeQuotas, growsUsage, type Refund } from '../quota/quota-admission.ts'
import type { StoredObject, WriteDecision } from '../store/object-store.ts'
import { factsOf, type Call, type Shown, type World } from './call.ts'
import { examine } from './examine.ts'
import { defaultObject, writeAlways } from './intake.ts'
import { dropRepeatedOwners } from './owner-references.ts'
import { ownedByUpdate } from './ownership.ts'
import { settle } from './settle.ts'
import { kept, needsWebhook, shown, shownObject } from './versions.ts'

/** Tries against newer and newer states before an unconditional write gives up. */
const TRIES = 10

/**
 * The wanted state from the newest one, in the version of the call's type and pruned and defaulted. The result must be the proposer's
 * own object; `current` is shared. Throws what the client did wrong. Asked again when somebody else wrote in between.
 */
export type Propose = (current: KubeObject) => Proposal

export interface Proposal {
  readonly object: KubeObject
  /** Managed fields are already set (server-side apply). */
  readonly owned?: boolean
}

/** What a proposal became after webhooks and quotas, and the state it stands on. */
interface Admitted {
  readonly base: StoredObject
  /** The base in the version of the call. Kept, not asked for again: once somebody else has written, the base may have lost its conversion. */
  readonly before: KubeObject
  readonly object: KubeObject
  /** Takes back what was charged, should it come to nothing. */
  readonly refund?: Refund
}

/** Changes an object; resolves when the change is durable. 404 when it is not there. */
export async function update(world: World, call: Call, propose: Propose): Promise<Shown> {
  const key = { resource: storageOf(call.type), namespace: call.namespace, name: call.name }
  let admitted: Admitted | undefined
  for (let tries = 0; tries < TRIES; tries++) {
    let waiting: Admitted | undefined
    let dry: KubeObject | undefined
    let stale = false
    let last: KubeObject | undefined
    const decide = (current: StoredObject | undefined): WriteDecision => {
      if (current === undefined) throw notFound(call.type, call.name)
      const before = shownObject(call.type, current)
      let object: KubeObject
      if (admitted !== undefined && admitted.base.revision === current.revision) object = admitted.object
      else {
        stale = true
        object = prepare(world, call, propose(before), before)
        const asks = needsWebhook(call.type) || world.webhooks.concerns('any', call, 'UPDATE', object, before)
        if (asks || growsUsage(world, call, object, before)) {
          waiting = { base: current, before, object }
          return { kind: 'unchanged' }
        }
        examine(call, object, before)
        admitPodSecurity(world, call, object, before)
        world.policies.validate(call, 'UPDATE', object, before)
      }
      const final = finish(world, call, object, before, current)
      // What goes with this write is answered as it was last, not with the version of its deletion.
      last = final.kind === 'delete' ? object : undefined
      if (!call.dryRun) return final
      dry = final.kind === 'unchanged' ? before : object
      return { kind: 'unchanged' }
    }
    const refund = admitted?.refund
    const stored = await world.conversions
      .with(() => world.store.write(key, decide))
      .catch(async (error: unknown) => {
        await refund?.()
        throw error
      })
    if (stale) await refund?.()
    if (last !== undefined && dry === undefined) return { object: last }
    if (dry !== undefined) return { object: dry }
    if (waiting === undefined) return world.conversions.with(() => shown(call.type, stored as StoredObject))
    const object = await admit(world, call, waiting)
    admitted = { ...waiting, object, refund: await chargeQuotas(world, call, object, waiting.before) }
  }
  throw conflict(call.type, call.name)
}

/** A proposal with everything that is the server's: system metadata, the half that this endpoint may not write, managed fields. */
function prepare(world: World, call: Call, proposal: Proposal, before: KubeObject): KubeObject {
  let { object } = proposal
  dropRepeatedOwners(call, object)
  carryMetadata(object, before)
  if (writesStatus(call)) object = withStatusOnly(call, object, before)
  else if (call.type.subresources.has('status')) carryStatus(object, before)
  const rules = rulesFor(call.type)
  const part = rules.parts?.[call.subresource]
  if (part !== undefined) {
    part.prepare(object, before)
    keepOwnMetadata(object, before)
  }
  // A definition's status follows from its spec, but for what is written to it.
  const isOwnStatus = call.subresource === 'status' && call.type.storage === DEFINITIONS
  if (call.subresource !== 'finalize' && !isOwnStatus) rules.prepareUpdate?.(object, before, factsOf(world))
  admitBuiltin(world, call, 'UPDATE', object, before)
  return proposal.owned === true ? object : ownedByUpdate(world, call, object, before)
}

/** `approval` of certificate requests writes what is in status, too. */
const writesStatus = ({ subresource }: Call) => subresource === 'status' || subresource === 'approval'

function carryMetadata({ metadata }: KubeObject, { metadata: before }: KubeObject): void {
  delete metadata.selfLink
  if (before.deletionTimestamp !== undefined) metadata.deletionTimestamp = before.deletionTimestamp
  else if (!metadata.deletionTimestamp) delete metadata.deletionTimestamp
  for (const name of ['creationTimestamp', 'generation'] as const) {
    if (before[name] === undefined) delete metadata[name]
    else Object.assign(metadata, { [name]: before[name] })
  }
  // These two are refused where they differ (`checkMetadataUpdate`), and need not be said.
  for (const name of ['uid', 'deletionGracePeriodSeconds'] as const) {
    if (metadata[name] === undefined || metadata[name] === null || metadata[name] === '') delete metadata[name]
    if (before[name] !== undefined && metadata[name] === undefined) Object.assign(metadata, { [name]: before[name] })
  }
  // The store stamps the version of what it writes; until then this is the state that the write stands on.
  if (before.resourceVersion !== undefined) metadata.resourceVersion = before.resourceVersion
  if (before.generateName !== undefined) metadata.generateName ??= before.generateName
}

/** What is in the client's hands of metadata, but not through a subresource of a part. */
function keepOwnMetadata({ metadata }: KubeObject, { metadata: before }: KubeObject): void {
  for (const name of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
    if (before[name] === undefined) delete metadata[name]
    else Object.assign(metadata, { [name]: structuredClone(before[name]) })
  }
}

function carryStatus(object: KubeObject, before: KubeObject): void {
  const { status } = before as { status?: unknown }
  if (status === undefined) delete (object as { status?: unknown }).status
  else Object.assign(object, { status })
}

/** A Deployment's labels are not written through its status. */
function keepLabels(metadata: ObjectMeta, { labels }: ObjectMeta): void {
  if (labels === undefined) delete metadata.labels
  else metadata.labels = labels
}

/** `/status` writes status and, of metadata, what the reference lets it write (all but spec for built-ins; managedFields for custom kinds). */
function withStatusOnly(call: Call, object: KubeObject, before: KubeObject): KubeObject {
  const { status } = object as { status?: unknown }
  const metadata = call.type.custom === undefined ? object.metadata : { ...before.metadata, managedFields: object.metadata.managedFields }
  if (call.type.storage === 'apps/deployments') keepLabels(metadata as ObjectMeta, before.metadata)
  const { status: _old, ...rest } = before as KubeObject & { status?: unknown }
  return { ...rest, metadata: { ...metadata }, ...(status === undefined ? {} : { status }) } as KubeObject
}

async function admit(world: World, call: Call, { before, object }: Admitted): Promise<KubeObject> {
  let admitted = object
  if (world.webhooks.concerns('mutating', call, 'UPDATE', object, before)) {
    admitted = await world.webhooks.mutate(call, 'UPDATE', object, before)
    defaultObject(call.type, admitted)
    carryMetadata(admitted, before)
    if (writesStatus(call)) admitted = withStatusOnly(call, admitted, before)
    else if (call.type.subresources.has('status')) carryStatus(admitted, before)
  }
  examine(call, admitted, before)
  admitPodSecurity(world, call, admitted, before)
  world.policies.validate(call, 'UPDATE', admitted, before)
  await world.webhooks.validate(call, 'UPDATE', admitted, before)
  // Asked now, because what is decided against the newest state cannot wait for it.
  await world.conversions.anew(admitted, () => kept(call.type, admitted))
  return admitted
}

function finish(world: World, call: Call, object: KubeObject, before: KubeObject, current: StoredObject): WriteDecision {
  writeAlways(call.type, object)
  const decision = settle(call, object, before)
  if (decision.kind === 'unchanged') return decision
  if (decision.kind === 'delete') {
    if (!call.dryRun) world.addresses.forget(current.object)
    // What is gone is told as it was stored: the write that let it go was its end, and no state of it.
    return { kind: 'delete' }
  }
  const final = kept(call.type, object)
  if (call.dryRun) world.addresses.preview(call, final, current.object)
  else world.addresses.assign(call, final, current.object)
  return { kind: 'put', object: final }
}
