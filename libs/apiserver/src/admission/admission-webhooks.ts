/** Admission by webhooks: mutating ones one after the other, validating ones at once. */
import type { KubeObject } from '@knative-ts/api'
import type { Conversions } from '../crd/conversions.ts'
import { meetsConditions } from '../cel/match-conditions.ts'
import { badRequest, forbidden, internal } from '../http/errors.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import type { Registry } from '../registry/registry.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call } from '../requests/call.ts'
import { sameJson } from '../requests/same-json.ts'
import { kept, needsWebhook, shown } from '../requests/versions.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { denial, readResponse, reviewOf, type ReviewResponse } from './admission-review.ts'
import type { WebhookClient } from './webhook-client.ts'
import { compileWebhooks, matchedType, type Candidate, type Operation, type Webhook } from './webhook-match.ts'

const GROUP = 'admissionregistration.k8s.io'
const DEFAULT_SECONDS = 10

interface Concerned {
  readonly webhook: Webhook
  readonly type: ResourceType
}

export class AdmissionWebhooks {
  readonly #store: ObjectStore
  readonly #registry: Registry
  readonly #client: WebhookClient
  readonly #conversions: Conversions
  #mutating: readonly Webhook[] | undefined
  #validating: readonly Webhook[] | undefined

  constructor(store: ObjectStore, registry: Registry, client: WebhookClient, conversions: Conversions) {
    this.#store = store
    this.#registry = registry
    this.#client = client
    this.#conversions = conversions
    store.subscribe(`${GROUP}/mutatingwebhookconfigurations`, store.revision(), () => (this.#mutating = undefined))
    store.subscribe(`${GROUP}/validatingwebhookconfigurations`, store.revision(), () => (this.#validating = undefined))
  }

  /** Whether any webhook of the phase wants to see this. Cheap: most clusters have a handful. */
  concerns(
    phase: Webhook['phase'] | 'any',
    call: Call,
    operation: Operation,
    object: KubeObject | undefined,
    before: KubeObject | undefined
  ): boolean {
    const webhooks = phase === 'any' ? [...this.#of('mutating'), ...this.#of('validating')] : this.#of(phase)
    if (webhooks.length === 0 || call.type.group === GROUP) return false
    const candidate = this.#candidate(call, operation, object, before)
    return webhooks.some((webhook) => matchedType(webhook, candidate) !== undefined)
  }

  /** Runs the mutating webhooks; resolves with the changed object (an own copy), or with what came in when nothing changed. */
  async mutate(call: Call, operation: 'CREATE' | 'UPDATE', object: KubeObject, before: KubeObject | undefined): Promise<KubeObject>
  async mutate(call: Call, operation: 'DELETE', object: undefined, before: KubeObject): Promise<undefined>
  async mutate(
    call: Call,
    operation: Operation,
    object: KubeObject | undefined,
    before: KubeObject | undefined
  ): Promise<KubeObject | undefined> {
    let current = object
    const seen = new Map<Webhook, KubeObject | undefined>()
    for (const webhook of this.#of('mutating')) {
      const next = await this.#mutateOne(webhook, call, operation, current, before)
      if (next === false) continue
      current = next
      seen.set(webhook, current)
    }
    // Once more for those who asked for it and whose outcome somebody changed after them.
    for (const [webhook, left] of seen) {
      if (!('reinvocationPolicy' in webhook.spec) || webhook.spec.reinvocationPolicy !== 'IfNeeded' || sameJson(left, current)) continue
      const next = await this.#mutateOne(webhook, call, operation, current, before)
      if (next !== false) current = next
    }
    return current
  }

  async #mutateOne(webhook: Webhook, call: Call, operation: Operation, object: KubeObject | undefined, before: KubeObject | undefined) {
    const type = this.#matched(webhook, call, operation, object, before)
    if (type === undefined) return false
    const response = await this.#ask({ webhook, type }, call, operation, object, before)
    if (response === undefined || response.patch === undefined || object === undefined) return object
    const result = applyJsonPatch(await this.#converted(object, call.type, type), response.patch)
    if (result.kind === 'refused')
      throw internal(`${result.message}: the patch of webhook ${JSON.stringify(webhook.spec.name)} does not fit`)
    // A copy: what follows changes the object in place, and parts of it may still be those of a stored one.
    return structuredClone(await this.#converted(result.object as KubeObject, type, call.type))
  }

  /** Runs the validating webhooks at once; throws the first denial in their order. */
  async validate(call: Call, operation: Operation, object: KubeObject | undefined, before: KubeObject | undefined): Promise<void> {
    const webhooks = this.#of('validating')
    if (webhooks.length === 0) return
    const asked = webhooks.flatMap((webhook) => {
      const type = this.#matched(webhook, call, operation, object, before)
      return type === undefined ? [] : [this.#ask({ webhook, type }, call, operation, object, before)]
    })
    const outcomes = await Promise.allSettled(asked)
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  #matched(webhook: Webhook, call: Call, operation: Operation, object: KubeObject | undefined, before: KubeObject | undefined) {
    return call.type.group === GROUP ? undefined : matchedType(webhook, this.#candidate(call, operation, object, before))
  }

  /** Asks one webhook. undefined: it could not be asked and may be ignored. Throws its denial. */
  async #ask(
    { webhook, type }: Concerned,
    call: Call,
    operation: Operation,
    object: KubeObject | undefined,
    before: KubeObject | undefined
  ): Promise<ReviewResponse | undefined> {
    const { spec } = webhook
    const into = (one: KubeObject | undefined) => (one === undefined ? undefined : this.#converted(one, call.type, type))
    const review = reviewOf(call, type, operation, await into(object), await into(before))
    if (!isWanted(webhook, call, review.request)) return undefined
    if (call.dryRun && spec.sideEffects !== 'None' && spec.sideEffects !== 'NoneOnDryRun') {
      throw badRequest(`admission webhook ${JSON.stringify(spec.name)} does not support dry run`)
    }
    let response: ReviewResponse
    try {
      response = readResponse(
        await this.#client.send(spec.clientConfig, review, spec.timeoutSeconds ?? DEFAULT_SECONDS),
        review.request.uid
      )
    } catch (error) {
      if (spec.failurePolicy === 'Ignore') return undefined
      const why = error instanceof Error ? error.message : String(error)
      throw internal(`failed calling webhook ${JSON.stringify(spec.name)}: failed to call webhook: ${why}`)
    }
    for (const warning of response.warnings) call.warn(warning)
    if (!response.allowed) throw denial(spec.name, response.status)
    return response
  }

  #converted(object: KubeObject, from: ResourceType, to: ResourceType): KubeObject | Promise<KubeObject> {
    return from === to ? object : this.#conversions.with(() => converted(object, from, to))
  }

  #candidate(call: Call, operation: Operation, object: KubeObject | undefined, before: KubeObject | undefined): Candidate {
    const { type } = call
    const namespace = type.namespaced
      ? this.#store.get({ resource: '/namespaces', namespace: '', name: call.namespace })?.object
      : type.storage === '/namespaces'
        ? (object ?? before)
        : undefined
    const equivalents =
      type.custom === undefined && type.group !== 'autoscaling'
        ? []
        : this.#registry.types().filter((one) => one.storage === type.storage && one !== type)
    return { call, operation, object, before, namespaceLabels: namespace?.metadata.labels, equivalents }
  }

  #of(phase: Webhook['phase']): readonly Webhook[] {
    const compile = () =>
      compileWebhooks(
        phase,
        this.#store.list(`${GROUP}/${phase}webhookconfigurations`).map(({ object }) => object)
      )
    return phase === 'mutating' ? (this.#mutating ??= compile()) : (this.#validating ??= compile())
  }
}

/** Whether the webhook's conditions hold. Throws 403 when that cannot be said and the webhook must not be left out. */
function isWanted(
  { conditions, spec }: Webhook,
  call: Call,
  { object, oldObject, ...request }: ReturnType<typeof reviewOf>['request']
): boolean {
  if (conditions.length === 0) return true
  const outcome = meetsConditions(conditions, { object, oldObject, request })
  if (typeof outcome === 'boolean') return outcome
  if (spec.failurePolicy === 'Ignore') return false
  throw forbidden(call.type, call.name || (object?.metadata.name ?? ''), outcome)
}

const converted = (object: KubeObject, from: ResourceType, to: ResourceType) => {
  // A webhook converts between any two versions; what is built in goes through the one that is kept.
  return shown(to, { object: needsWebhook(to) ? object : kept(from, object) }).object
}
