/** Admission by webhooks: mutating ones one after the other, validating ones at once. */
import type { KubeObject } from '@knative-ts/api'
import { ApiError, errorText } from '@knative-ts/kube'
import type { Conversions } from '../crd/conversions.ts'
import type { Authorizer } from '../auth/authorizer.ts'
import { meetsConditions } from '../cel/match-conditions.ts'
import { badRequest, forbidden, internal } from '../http/errors.ts'
import type { Registry } from '../registry/registry.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call } from '../requests/call.ts'
import { sameJson } from '../requests/same-json.ts'
import type { ObjectStore } from '../store/object-store.ts'
import {
  admissionRequest,
  denial,
  readResponse,
  reviewOf,
  type AdmissionRequest,
  type ReviewResponse,
  type ReviewVersion
} from './admission-review.ts'
import { asAdmitted, asWritten, converted } from './admitted-object.ts'
import { candidateOf } from './candidate.ts'
import type { RequestMetrics } from '../metrics/request-metrics.ts'
import type { WebhookClient } from './webhook-client.ts'
import { compileWebhooks, matchedType, type Operation, type Webhook } from './webhook-match.ts'
import { patchedObject } from './webhook-patch.ts'

const GROUP = 'admissionregistration.k8s.io'
const DEFAULT_SECONDS = 10

interface Concerned {
  readonly webhook: Webhook
  readonly type: ResourceType
}

/** What is asked about. */
interface Question {
  readonly call: Call
  readonly operation: Operation
  readonly object: KubeObject | undefined
  readonly before: KubeObject | undefined
}

/** What webhooks need of the server. */
export interface WebhookWorld {
  readonly store: ObjectStore
  readonly registry: Registry
  readonly authorizer: Authorizer
  readonly client: WebhookClient
  readonly conversions: Conversions
  readonly metrics: RequestMetrics
}

export class AdmissionWebhooks {
  readonly #world: WebhookWorld
  #mutating: readonly Webhook[] | undefined
  #validating: readonly Webhook[] | undefined

  constructor(world: WebhookWorld) {
    this.#world = world
    const { store } = world
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
    return webhooks.some((webhook) => this.#matched(webhook, { call, operation, object, before }) !== undefined)
  }

  /** Runs the mutating webhooks; resolves with the changed object (an own copy), or with what came in when nothing changed. */
  async mutate(
    call: Call,
    operation: 'CREATE' | 'UPDATE' | 'CONNECT',
    object: KubeObject,
    before: KubeObject | undefined
  ): Promise<KubeObject>
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
      const next = await this.#mutateOne(webhook, { call, operation, object: current, before })
      if (next === false) continue
      current = next
      seen.set(webhook, current)
    }
    // Once more for those who asked for it and whose outcome somebody changed after them.
    for (const [webhook, left] of seen) {
      if (!('reinvocationPolicy' in webhook.spec) || webhook.spec.reinvocationPolicy !== 'IfNeeded' || sameJson(left, current)) continue
      const next = await this.#mutateOne(webhook, { call, operation, object: current, before })
      if (next !== false) current = next
    }
    return current
  }

  async #mutateOne(webhook: Webhook, question: Question) {
    const type = this.#matched(webhook, question)
    if (type === undefined) return false
    const { call, object } = question
    const response = await this.#ask({ webhook, type }, question)
    if (response?.patch === undefined) return object
    const { name, failurePolicy } = webhook.spec
    const shown = object && asAdmitted(call, await this.#converted(object, call.type, type))
    const patched = patchedObject(webhook.spec.name, response.patch, shown, call.subresource === 'scale' ? undefined : type)
    if (patched.kind === 'uncalled') {
      if (failurePolicy === 'Ignore') return object
      throw internal(`failed calling webhook ${JSON.stringify(name)}: ${patched.why}`)
    }
    if (patched.kind === 'unchanged' || object === undefined) return object
    if (call.subresource === 'scale') return asWritten(call, object, patched.object)
    // A copy: what follows changes the object in place, and parts of it may still be those of a stored one.
    return structuredClone(await this.#converted(patched.object, type, call.type))
  }

  /** Runs the validating webhooks at once; throws the first denial in their order. */
  async validate(call: Call, operation: Operation, object: KubeObject | undefined, before: KubeObject | undefined): Promise<void> {
    const webhooks = this.#of('validating')
    if (webhooks.length === 0) return
    const question = { call, operation, object, before }
    const asked = webhooks.flatMap((webhook) => {
      const type = this.#matched(webhook, question)
      return type === undefined ? [] : [this.#ask({ webhook, type }, question)]
    })
    const outcomes = await Promise.allSettled(asked)
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  /** Configurations are nobody's but the administrator's: no webhook may lock them. */
  #matched(webhook: Webhook, { call, operation, object, before }: Question): ResourceType | undefined {
    if (call.type.group === GROUP) return undefined
    const { store, registry } = this.#world
    return matchedType(webhook, candidateOf({ store, registry }, call, operation, object, before))
  }

  /** Asks one webhook. undefined: it could not be asked and may be ignored. Throws its denial. */
  async #ask({ webhook, type }: Concerned, { call, operation, object, before }: Question): Promise<ReviewResponse | undefined> {
    const { spec, phase } = webhook
    const into = async (one: KubeObject | undefined) => one && asAdmitted(call, await this.#converted(one, call.type, type))
    const request = admissionRequest(call, type, operation, await into(object), await into(before))
    if (!this.#isWanted(webhook, call, request)) return undefined
    if (call.dryRun && spec.sideEffects !== 'None' && spec.sideEffects !== 'NoneOnDryRun') {
      throw badRequest(`admission webhook ${JSON.stringify(spec.name)} does not support dry run`)
    }
    const version = (spec.admissionReviewVersions ?? []).find((one) => one === 'v1' || one === 'v1beta1') as ReviewVersion | undefined
    const failed = (why: string) => internal(`failed calling webhook ${JSON.stringify(spec.name)}: ${why}`)
    const review = reviewOf(request, version ?? 'v1')
    let response: ReviewResponse | undefined
    const begun = performance.now()
    try {
      const answer = await this.#world.client
        .send(spec.clientConfig, review, spec.timeoutSeconds ?? DEFAULT_SECONDS)
        .catch((error: unknown) => {
          throw new Error(`failed to call webhook: ${errorText(error)}`, { cause: error })
        })
      response = understood(answer, review.request.uid, version ?? 'v1', phase)
    } catch (error) {
      if (spec.failurePolicy === 'Ignore') return undefined
      throw failed(errorText(error))
    } finally {
      const kind = phase === 'mutating' ? 'admit' : 'validating'
      this.#world.metrics.webhookAsked(spec.name, kind, operation, response?.allowed !== true, (performance.now() - begun) / 1000)
    }
    for (const warning of response.warnings) call.warn(warning)
    if (!response.allowed) throw denial(spec.name, response.status)
    return response
  }

  /** Whether the webhook's conditions hold. Throws 403 when that cannot be said and the webhook must not be left out. */
  #isWanted({ conditions, spec }: Webhook, call: Call, { object, oldObject, ...request }: AdmissionRequest): boolean {
    if (conditions.length === 0) return true
    const outcome = meetsConditions(conditions, { object, oldObject, request }, { authorizer: this.#world.authorizer, call })
    if (typeof outcome === 'boolean') return outcome
    if (spec.failurePolicy === 'Ignore') return false
    throw forbidden(call.type, call.name || (object?.metadata?.name ?? ''), outcome)
  }

  #converted(object: KubeObject, from: ResourceType, to: ResourceType): KubeObject | Promise<KubeObject> {
    return from === to ? object : this.#asked(() => converted(object, from, to))
  }

  /** As the reference has it, a conversion that fails on the way to a webhook is an internal error within another. */
  async #asked(attempt: () => KubeObject): Promise<KubeObject> {
    try {
      return await this.#world.conversions.with(attempt)
    } catch (error) {
      throw error instanceof ApiError ? internal(`Internal error occurred: ${error.message}`) : error
    }
  }

  #of(phase: Webhook['phase']): readonly Webhook[] {
    const compile = () =>
      compileWebhooks(
        phase,
        this.#world.store.list(`${GROUP}/${phase}webhookconfigurations`).map(({ object }) => object)
      )
    return phase === 'mutating' ? (this.#mutating ??= compile()) : (this.#validating ??= compile())
  }
}

function understood(answer: unknown, uid: string, version: ReviewVersion, phase: Webhook['phase']): ReviewResponse {
  try {
    return readResponse(answer, uid, version, phase)
  } catch (error) {
    throw new Error(`received invalid webhook response: ${errorText(error)}`, { cause: error })
  }
}
